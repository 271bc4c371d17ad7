create table dataset.datasets (
  id uuid primary key,
  workspace_id uuid not null,
  user_id uuid not null,
  name text not null,
  description text,
  tags text[] not null default '{}',
  status text not null check (status in ('uploading', 'profiling', 'ready', 'invalid')),
  format text not null check (format in ('csv', 'tsv', 'json', 'jsonl', 'text')),
  gzip boolean not null,
  object_key text not null unique,
  bytes bigint not null check (bytes >= 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  rows bigint,
  -- json, not jsonb: read and written whole, and jsonb refuses characters that a column's name may have.
  profile json,
  preview json,
  error json,
  created_at timestamptz not null default now(),
  check ((status = 'ready') = (profile is not null)),
  check ((status = 'invalid') = (error is not null))
);
create index datasets_list on dataset.datasets (workspace_id, id desc);

-- No cascade: a dataset that is held cannot be deleted, whatever the code does.
create table dataset.holds (
  dataset_id uuid not null references dataset.datasets,
  job_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (dataset_id, job_id)
);
create index holds_by_age on dataset.holds (created_at, job_id);

create table dataset.profile_runs (
  dataset_id uuid primary key references dataset.datasets on delete cascade,
  state text not null default 'queued' check (state in ('queued', 'running', 'done')),
  attempt integer not null default 0,
  gen integer not null default 1,
  queued_at timestamptz not null default now(),
  rung_at timestamptz not null default now(),
  lease_until timestamptz,
  claim_id uuid,
  worker_id text,
  token_hash text,
  check ((state = 'running') = (lease_until is not null))
);
create unique index profile_runs_claim on dataset.profile_runs (claim_id);
create index profile_runs_queue on dataset.profile_runs (queued_at, dataset_id) where state = 'queued';
create index profile_runs_leases on dataset.profile_runs (lease_until) where state = 'running';

create table dataset.outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  payload jsonb not null,
  due_at timestamptz not null default now(),
  tries integer not null default 0,
  created_at timestamptz not null default now()
);
create index outbox_due on dataset.outbox (topic, due_at, id);
create function dataset.notify_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('dataset_outbox', '');
  return null;
end $$;
create trigger outbox_added after insert on dataset.outbox
  for each row execute function dataset.notify_outbox();

do $$
begin
  if exists (select 1 from pg_roles where rolname = 'ty_dataset') then
    grant usage on schema dataset to ty_dataset;
    grant select, insert, update, delete on all tables in schema dataset to ty_dataset;
    grant usage, select on all sequences in schema dataset to ty_dataset;
  end if;
end $$;
