-- Every worker that asks for work, with what it has: so that "auto" knows whether there is a GPU, and a job that
-- waits can say that nobody is there to take it. A service of the release before still writes job.gpu_workers.
create table job.workers (
  worker_id text primary key,
  accelerator text not null check (accelerator in ('cpu', 'gpu')),
  devices integer not null,
  seen_at timestamptz not null default now()
);

create index jobs_of_worker on job.jobs (worker_id) where state in ('running', 'stopping');
