-- Jobs, their attempts, events, series, artifacts and checkpoints. Every row of a job hangs on jobs(id).

create table job.jobs (
  id uuid primary key,
  workspace_id uuid not null,
  user_id uuid not null,
  dataset_id uuid not null,
  -- { sha256, bytes, format, gzip }: what a worker needs to have the very bytes that were validated
  dataset jsonb not null,
  name text not null,
  notes text,
  tags text[] not null default '{}',
  cloned_from uuid,
  -- the body of create as it came; the resolved task stands beside it
  spec jsonb not null,
  task text not null,
  target text,
  architecture text not null,
  queue text not null check (queue in ('train-cpu', 'train-gpu')),
  gpus integer not null default 1,

  state text not null default 'queued'
    check (state in ('queued', 'running', 'stopping', 'succeeded', 'failed', 'stopped')),
  phase text,
  reason text,
  message text,
  progress jsonb,
  latest jsonb,
  best jsonb,
  test jsonb,
  baseline jsonb,

  -- leased work
  attempt integer not null default 0,
  gen integer not null default 1,
  queued_at timestamptz not null default now(),
  rung_at timestamptz not null default now(),
  lease_until timestamptz,
  claim_id uuid,
  worker_id text,
  token_hash text,
  -- attempts up to this one are left behind by a retry: their checkpoints and curves do not count any more
  fresh_after integer not null default 0,
  stop_deadline timestamptz,
  -- budgets, cleared by each committed checkpoint: deaths of the trainer by signature, leases lost
  trainer_crashes jsonb not null default '{}',
  lease_losses integer not null default 0,
  -- while set and in the future, somebody talks to the dataset service about this job's hold
  hold_turn_until timestamptz,

  last_seq bigint not null default 0,
  last_n bigint not null default 0,
  last_log_n bigint not null default 0,
  log_bytes bigint not null default 0,

  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  check ((state in ('running', 'stopping')) = (lease_until is not null)),
  check ((state in ('succeeded', 'failed', 'stopped')) = (finished_at is not null))
);
create index jobs_of_workspace on job.jobs (workspace_id, created_at desc, id desc);
create index jobs_of_dataset on job.jobs (dataset_id);
create index jobs_queued on job.jobs (queue, queued_at, id) where state = 'queued';
create index jobs_held on job.jobs (lease_until) where state in ('running', 'stopping');
create index jobs_finished on job.jobs (finished_at) where finished_at is not null;

create table job.attempts (
  job_id uuid not null references job.jobs on delete cascade,
  attempt integer not null,
  claim_id uuid not null,
  worker_id text not null,
  token_hash text not null,
  from_step bigint not null default 0,
  claimed_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text,
  -- the reply of finish, given again to a repeated one
  finish_state text,
  primary key (job_id, attempt),
  constraint attempts_claim unique (claim_id)
);

create table job.events (
  job_id uuid not null references job.jobs on delete cascade,
  seq bigint not null,
  attempt integer not null,
  -- the worker's number within the attempt; null for events that the service made
  n bigint,
  event text not null check (event in ('state', 'progress', 'metrics', 'log', 'artifact')),
  data jsonb not null,
  log_n bigint,
  at timestamptz not null default clock_timestamp(),
  primary key (job_id, seq)
);
create index events_of_attempt on job.events (job_id, attempt, n) where n is not null;
create index events_state on job.events (job_id, seq) where event = 'state';
create unique index events_log on job.events (job_id, log_n) where event = 'log';

create table job.points (
  job_id uuid not null references job.jobs on delete cascade,
  key text not null,
  attempt integer not null,
  step bigint not null,
  epoch integer not null,
  -- null where it was not a number
  value double precision,
  primary key (job_id, key, attempt, step)
);

create table job.artifacts (
  job_id uuid not null references job.jobs on delete cascade,
  attempt integer not null,
  name text not null,
  key text not null,
  bytes bigint not null,
  md5 text not null,
  sha256 text not null,
  committed_at timestamptz not null default now(),
  primary key (job_id, attempt, name),
  constraint artifacts_key unique (key)
);

create table job.checkpoints (
  key text primary key,
  job_id uuid not null references job.jobs on delete cascade,
  attempt integer not null,
  step bigint not null,
  name text not null,
  bytes bigint not null,
  sha256 text not null,
  committed_at timestamptz not null default now()
);
create index checkpoints_of_job on job.checkpoints (job_id, attempt desc, step desc);

-- One create a key; the row of a create that is still running has no reply.
create table job.idempotency_keys (
  user_id uuid not null,
  key text not null,
  request_hash text not null,
  job_id uuid not null,
  reply jsonb,
  -- a create that died does not block its key for longer
  busy_until timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_keys_age on job.idempotency_keys (created_at);

-- Workers with a GPU, so that "auto" knows whether there is one.
create table job.gpu_workers (
  worker_id text primary key,
  seen_at timestamptz not null default now()
);

create table job.outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  payload jsonb not null,
  due_at timestamptz not null default now(),
  tries integer not null default 0,
  created_at timestamptz not null default now()
);
create index outbox_due on job.outbox (topic, due_at, id);
create function job.notify_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('job_outbox', '');
  return null;
end $$;
create trigger outbox_added after insert on job.outbox for each row execute function job.notify_outbox();
