-- When the platform recorded a point: the time of its event, so that a live curve and one read later stand at the
-- same places. Points of before have none.
alter table job.points add column at timestamptz;
