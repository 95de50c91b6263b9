import type { ErrorCode } from './codes.ts';

/**
 * What to know about each error and what to do, in Markdown. `messox help <code>` shows it, and
 * `docs/reference/cli-errors.md` is made of it.
 */
export const explanations: Readonly<Record<ErrorCode, string>> = {
  bug: 'It is not your fault. Run the same command with `-v`, which also prints where it happened, and report that together with what `messox doctor` prints. Neither holds a secret.',
  unknown_command: 'The nearest command is suggested. `messox --help` lists them all.',
  unknown_option: 'The nearest option is suggested. `messox <command> --help` lists those of the command.',
  invalid_usage:
    '`messox <command> --help` shows how the command is written. A value that begins with `-` is written as `--option=-value`, or after a `--`.',
  input_needed:
    'Questions are asked only where stdin and stdout are a terminal, without `--json` and `--no-input`, and where `CI` is not set. Elsewhere the option that the error names is needed.',
  confirmation_needed:
    '`--yes` (or `MESSOX_YES=1`) answers every question of that kind with yes. It never makes up a value that is missing.',
  settings_missing:
    'Commands work on the current folder, or on that of `--dir` or `MESSOX_DIR`. `messox init` makes a server there.',
  settings_invalid:
    'Every line that is wrong is named as `messox.yaml:line:column`, with the setting, the value, what it should be, and the nearest name where one is unknown; a line that cannot be read at all is shown. With `--json` the same is in `problems`. `messox config validate` checks the file again; [the settings](settings.md) lists what there is.',
  unknown_setting:
    'A setting is named by its path, as in `server.port`. `messox config show` lists all but the limits, `messox config show limits` those.',
  invalid_setting:
    'Nothing was written. The error says what the setting takes; `messox config get` prints what holds now.',
  secrets_missing:
    'The database of a server opens only with the password that it was made with, and sessions last only as long as the token key. So put back `.env`, or `secrets/`, from a backup; the token key is also in what `messox backup --with-secrets` wrote, and `messox restore` puts it back where it is missing. Only where there is no database yet does `messox init` make new secrets.',
  secrets_invalid:
    'The line is named by its number and not shown, since it may hold a secret. Values may stand in quotes; a line that begins with `#` is a comment.',
  not_running:
    '`messox up` starts it in this terminal, `messox up -d` in the background. A server of another folder is found with `--dir`.',
  already_running:
    'Its process and its address are named. `messox status` tells how it is, `messox restart` starts it again with changed settings, `messox down` stops it. For a second server, choose another folder with `--dir` and another port.',
  runs_in_foreground:
    '`messox restart` starts in the background what `messox up -d` started there. A server in a terminal is stopped with Ctrl-C and started there again; one that systemd runs is restarted with `systemctl restart`. `messox down`, then `messox up -d` moves it to the background.',
  not_ready:
    'It goes on starting: after a power cut the database repairs itself, and a migration of a large table takes its time. `messox logs -f` shows how far it is, and `--wait-timeout` waits longer.',
  not_stopped:
    'It goes on stopping; `messox down --timeout 300` waits longer. `kill <pid>` once more ends it at once. Messages that were acknowledged are safe either way: the database repairs itself at the next start.',
  start_failed:
    'The system may have ended it, for want of memory for instance (`dmesg` tells). What the process wrote is shown, and is in `logs/stderr.log`. `messox up` without `-d` shows what happens.',
  database_failed:
    'The last lines of PostgreSQL are shown; a full disk is the usual reason. Mend it and run `messox up`: the database repairs itself, and what was acknowledged is there.',
  database_missing:
    'The first `messox up` makes it, and so does `messox user create`. If there should be one, look whether `--dir` names the right folder.',
  log_missing: 'The log begins with the first `messox up`. It is `logs/server.log` in the folder of the server.',
  port_in_use:
    'Stop that program (`ss -ltnp` names it), or choose another port: `messox config set server.port 8081`, or `messox up --port 8081` for once.',
  port_not_permitted:
    'Ports below 1024 are for root. Choose another one, and put a proxy such as nginx in front for 80 and 443.',
  address_not_available:
    'Set `server.host` to an address of this machine: `127.0.0.1` for this machine only, `0.0.0.0` for all of its networks.',
  listen_failed:
    "The system's own words are shown. Check `server.host` and `server.port` with `messox doctor network`.",
  token_key_weak:
    'Whoever guesses the key can be anybody. Remove the line from `.env` and run `messox init`, which makes a good one; everybody has to log in again.',
  migrations_pending:
    '`messox migrate up` brings it up to date, and so does the next start of the server. Make a backup first.',
  migration_edited:
    'A migration is never changed once it ran anywhere. Put the file back as it was, and write the change as a new one with `messox migrate new`.',
  database_newer:
    'Start that version again, or restore the backup that was made before it. An older version works on tables that a newer one has only added to; here it took something away (a migration whose name begins with `contract-`).',
  migration_failed:
    "PostgreSQL's words are shown. If the SQL is your own, mend it and start again; else please report it.",
  migration_misnamed:
    'The file that breaks the row is named with the name that it should have. A number that a server has applied stays as it is.',
  module_invalid:
    'The file is named, with what is wrong in it and what mends it. A folder in `modules` whose name begins with `_` is left alone: `mv modules/NAME modules/_NAME`, take its settings out of messox.yaml, and the server starts without the module.',
  module_failed:
    'What its `setup` threw is told, and the log of the server has the place. A folder in `modules` whose name begins with `_` is left alone, so that the server starts without it, once its settings are out of messox.yaml. Its tables stay.',
  module_exists: 'Choose another name, or move the folder in `modules` away: it is never written over.',
  module_missing:
    'The tables of a module are in a backup, the module itself is not: it is a folder in `modules` of the server that the backup was made of. Copy that here first; the backup has the rows.',
  not_a_module:
    'Name the folder of the module with `--module`, or change into it. Its migrations are in its folder `migrations`.',
  postgres_platform_unsupported:
    'It runs on Linux with the GNU C library and on macOS. `npm install --include=optional` installs a part that was left out. See [the embedded PostgreSQL](../subsystems/embedded-postgres.md#errors).',
  postgres_unreachable_folder:
    'The folder that is in the way is named: let others pass it with `chmod a+x`, or choose another place. See [the embedded PostgreSQL](../subsystems/embedded-postgres.md#as-root).',
  postgres_wrong_owner:
    'Run messox as that user or as root, or give the folder to this user with the `chown -R` that is shown.',
  postgres_in_use:
    'It is named with its pid. `messox down` stops a server of messox; a PostgreSQL that was started by hand is never stopped by messox.',
  postgres_not_a_cluster:
    'messox does not overwrite it. Move the folder that is named away, or choose another one with `--dir`.',
  postgres_other_major:
    'Both versions are named. Start the release of messox that brings that version; it can make a backup that this one restores.',
  postgres_password_wrong:
    'The password is set when the database is made. Put back the `.env` that this server was made with.',
  postgres_start_failed: 'Its last lines are shown and name the reason: a full disk, files of another user, damage.',
  postgres_not_durable:
    'The setting is named. Somebody gave it to the role or the database with `alter role` or `alter database`: take that back.',
  mode_external:
    '`messox-server` runs the processes of such a server: see [processes](../subsystems/processes.md). With `messox config set mode embedded` the folder gets a PostgreSQL of its own, which is another, empty one.',
  manifest_invalid:
    '`.messox/manifest.json` tells a file that was generated from one that somebody wrote or edited. Without it everything that differs from what is generated counts as edited and is kept, with the generated one beside it as `.new`. See [generated files](../subsystems/generated-files.md).',
  nothing_to_render:
    'Files are generated for a server that Docker runs (`mode: compose`), and for one with another database and broker that says where it is reached (`mode: external` with `deploy.domain`). `messox init --mode compose` makes the first.',
  database_url_invalid:
    'What is wrong is named; the URL is not repeated, as it holds a password. It looks like this: `postgres://user:password@host:5432/database?sslmode=verify-full`, with what is special in a password written as `%40` and the like.',
  database_unreachable:
    "The reason is named: nothing listens there, a name without an address, a certificate that is not the server's. `psql` with the same URL says the same. `messox-server` waits for a database that is away, and says this when it is told to stop meanwhile, or when waiting does not mend it.",
  database_refused:
    'The user, the password or the database of the URL is another, `pg_hba.conf` does not let this machine in, or the user may not make tables: `ALTER DATABASE name OWNER TO user;` mends that.',
  database_too_old: 'Upgrade PostgreSQL, or name another one.',
  amqp_url_invalid:
    'What is wrong is named; the URL is not repeated, as it holds a password. It looks like this: `amqp://user:password@host:5672/vhost`, and a vhost whose name has a slash is written `%2F`.',
  broker_refused:
    "The user or the password is another, there is no such vhost, or the user has no permission in it: `rabbitmqctl set_permissions -p vhost user '.*' '.*' '.*'` gives all of them.",
  docker_missing:
    'With `mode: compose` Docker runs the server. [Docker says](https://docs.docker.com/engine/install/) how it is installed; `messox config set mode embedded` makes a server that needs none.',
  docker_not_running:
    '`systemctl status docker` says why. With Docker of another user or machine, `DOCKER_HOST` names its socket, for messox as for `docker` itself.',
  docker_no_permission:
    'Its socket is for root and the group `docker`, and whoever is in that group can become root. Log in again after `usermod`: groups are those of the login.',
  docker_too_old: 'The packages of docker.com are newer than those of most distributions.',
  compose_missing:
    'Docker Compose 2 is a plugin, and called `docker compose`; the older `docker-compose` is another program that nobody mends any more. `docker compose version` tells which one there is.',
  docker_failed: "The last lines of Docker's own words are shown. The command that is named shows all of them.",
  open_files_limited:
    'nginx, gateway and RabbitMQ may have 65,536 files open each, of which every connection is one. Where Docker is rootless, or the machine is itself a container, the engine cannot give more than it has (`ulimit -Hn`; the limits of a process are in `/proc/PID/limits`). Raise the limit of the engine, which is that of `user@.service` where Docker is rootless, or that of the container on its host: that restarts all containers of the engine. Or ask for less in `compose.override.yaml`: what the limit leaves is how many people can be connected.',
  image_missing:
    'The name may be wrong, or its registry wants a login (`docker login`). `deploy.images` in `messox.yaml` names the images; one that was built on this machine is found by its name as well.',
  registry_unreachable:
    'Images come from their registry, and the image of the server takes its packages from npm. Nothing that runs was changed. Behind a proxy, the engine needs to know it: see [Docker on proxies](https://docs.docker.com/engine/daemon/proxy/).',
  nginx_refuses:
    'The file and the line are named. Look at what you put into `nginx/http.d` and `nginx/server.d`, or edited in a generated file; `messox config diff` shows that. An nginx that runs goes on with what it had.',
  container_unhealthy:
    'Its last lines are shown, what its health check said, and whether the kernel ended it for want of memory. `messox logs` shows more, `messox status` how the others are.',
  connections_exceeded:
    'Each process of the server has connections of its own to PostgreSQL (`database.connections`, and two more). Start fewer processes, give each fewer connections, or give PostgreSQL more memory.',
  files_changed:
    'A command goes by what the generated files hold when it begins, and an upgrade takes minutes for the image before it writes them. What somebody has edited meanwhile is kept, and nothing was written: type the command again.',
  project_newer:
    'An older version does not know what a newer one did. `npx messox@latest upgrade` leads on; `messox upgrade --rollback`, typed with the newer version, leads back.',
  version_differs:
    'A restart lets changed settings hold and stays with the version that runs. To another version leads `messox upgrade`, which makes a backup first and keeps the way back. Nothing was changed.',
  upgrade_hard_stop:
    'What that version does to the database is needed by those that follow, so go there first: `npx messox@VERSION upgrade`. Nothing was changed.',
  upgrade_undone:
    'What was in the way is shown, with the last lines of what did not become healthy. The files and the processes are those of before; what the migrations added to the database stays, and is in the way of nothing. Mend it and run `messox upgrade` again.',
  upgrade_failed:
    'What was in the way is shown. `messox upgrade` goes on from where it is, `messox upgrade --rollback` goes back; the backup that was made first is in `backups/`.',
  rollback_impossible:
    'The way back is open until a migration has taken away what the version before uses (its name begins with `contract-`), and as long as its image is there. Else a backup is the way: `messox down`, then `messox restore FILE --replace` and `messox up -d` with the version that made it; the commands are shown with its name. Where nothing was upgraded there is nothing to go back from.',
  mode_not_compose:
    'With `mode: embedded` there is one process and nothing to scale or to upgrade in steps. `messox init --mode compose` makes a server that Docker runs.',
  database_changing: 'A migration or a restore is at work in it. Try again when it has ended.',
  database_in_use:
    'Stop every `messox-server` and other command that uses it, since what they hold in memory would not fit any more; `select * from pg_stat_activity` lists who is connected. Views and functions of your own that depend on the tables are named; drop them first.',
  database_not_empty:
    'Restore into a folder or a database that is empty; `messox restore FILE --dir FOLDER` makes a folder. `--replace` puts the backup in the place of what is there, which is lost then: make a backup of it first.',
  backup_damaged:
    'It was cut off or changed on its way, or is no backup at all. Nothing was changed. `messox backup verify FILE` tells which of your backups are whole.',
  backup_newer:
    'An older version does not know what is in it. Install the version that is named, or a newer one, and restore it with that.',
  backup_missing:
    'The path is looked for from the current folder. `messox backup` without a name writes into `backups/` in the folder of the server, and says where.',
  backup_exists: 'Choose another name, or none: then the name has the time in it.',
  username_taken:
    'Names are compared without regard to case and width. `messox user list` finds it, `messox user passwd NAME` gives it another password, `messox user promote NAME` makes it an administrator.',
  username_confusable:
    'A name that mixes scripts, or that only looks like another one, would deceive people. Choose one in letters of one script.',
  user_not_found: '`messox user list --query TEXT` finds accounts by a part of their name.',
  invalid_account:
    'What is wrong is named: a username has 1 to 64 letters, digits and single separators, a password at least 8 characters.',
  server_unreachable:
    'Look whether it runs (`messox status`) and whether `--url` or `--dir` names the right one. A proxy in between may have answered instead.',
  invalid_credentials:
    'A server does not tell which of the two it is. `--register` makes the account if there is none; where the server is, `messox user passwd NAME` sets another password.',
  registration_closed:
    'Its administrator makes accounts, where the server is: `messox user create NAME`. The setting is `modules.accounts.registration`.',
  logged_out:
    'The password was changed, the account was disabled, or the session was ended from another device. Run the command again, and log in.',
  account_disabled:
    'An administrator has disabled it; nothing of it was deleted. Where the server is, `messox user enable NAME` lets it in again.',
  request_refused: "The server's own code is shown; [errors of the API](errors.md) explains it.",
  checks_failed:
    '`messox up` looks at the machine, the settings, the network and the data before it starts anything, and nothing was changed. Each check that failed is named with what mends it; `messox doctor` shows them all.',
  no_permission:
    'Run messox as the user that owns the folder. Mixing `sudo` and an ordinary user on one folder leads here: `sudo chown -R "$(id -un)" <folder>`, while the server is stopped, gives it to you with the database in it.',
  read_only:
    'Choose another folder with `--dir`. A disk that was mounted read-only by itself may be failing: see `dmesg`.',
  disk_full:
    '`df -h` shows the space and `df -i` the inodes. A file that could not be written whole was not written at all.',
  not_a_folder: 'Check the path of `--dir` and of the command.',
  not_a_file: 'Move the folder that is named away; messox does not remove it.',
  path_missing: 'Check the path that is named, and that of `--dir`.',
  locked:
    'It is named with its process and user. A command that was killed holds nobody up: its lock is taken over. Only the lock of another machine on a shared folder has to be removed by hand, when that command has ended for sure.',
  cancelled: 'Nothing is wrong.',
  interrupted: 'Files are written whole or not at all, so the command can simply be run again.',
};
