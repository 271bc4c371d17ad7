-- A job's page lists what was cloned from it.
create index jobs_of_parent on job.jobs (cloned_from) where cloned_from is not null;
