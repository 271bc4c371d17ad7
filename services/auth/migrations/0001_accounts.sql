create table auth.users (
  id uuid primary key,
  -- trimmed, NFC, lower case: the index below is what makes an e-mail unique
  email text not null check (char_length(email) between 3 and 254),
  name text check (char_length(name) <= 200),
  password_hash text not null,
  role text not null default 'member' check (role in ('member', 'admin')),
  -- access tokens with a lower version are void
  ver integer not null default 1,
  ver_changed_at timestamptz,
  created_at timestamptz not null default now()
);
create unique index users_email_key on auth.users (email);
create index users_ver_changed_at on auth.users (ver_changed_at) where ver_changed_at is not null;
create index users_admin on auth.users (role) where role = 'admin';

create table auth.workspaces (
  id uuid primary key,
  owner_id uuid not null references auth.users (id) on delete cascade,
  kind text not null check (kind in ('personal')),
  created_at timestamptz not null default now()
);
create unique index workspaces_personal_key on auth.workspaces (owner_id) where kind = 'personal';

create table auth.sessions (
  id uuid primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_for text check (revoked_for in ('logout', 'password', 'reuse', 'too_many'))
);
create index sessions_live on auth.sessions (user_id, id) where revoked_at is null;
create index sessions_revoked_at on auth.sessions (revoked_at) where revoked_at is not null;
create index sessions_expires_at on auth.sessions (expires_at);

-- A session's chain of refresh tokens. Spent ones stay as long as their session, so that reuse is noticed.
create table auth.refresh_tokens (
  sha256 bytea primary key check (octet_length(sha256) = 32),
  session_id uuid not null references auth.sessions (id) on delete cascade,
  created_at timestamptz not null default now(),
  spent_at timestamptz
);
create index refresh_tokens_session on auth.refresh_tokens (session_id);

create table auth.throttles (
  key text primary key,
  failures integer not null,
  blocked_until timestamptz not null,
  updated_at timestamptz not null
);
create index throttles_updated_at on auth.throttles (updated_at);

create table auth.ws_tickets (
  sha256 bytea primary key check (octet_length(sha256) = 32),
  session_id uuid not null references auth.sessions (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  ver integer not null,
  role text not null check (role in ('member', 'admin')),
  workspace_id uuid not null,
  -- end of the access token that asked for the ticket, in seconds since 1970
  token_exp bigint not null,
  expires_at timestamptz not null
);
create index ws_tickets_session on auth.ws_tickets (session_id);
create index ws_tickets_user on auth.ws_tickets (user_id);
create index ws_tickets_expires_at on auth.ws_tickets (expires_at);

-- At most one row: making a token voids the older one.
create table auth.setup_tokens (
  only_one boolean primary key default true check (only_one),
  sha256 bytea not null check (octet_length(sha256) = 32),
  expires_at timestamptz not null
);
