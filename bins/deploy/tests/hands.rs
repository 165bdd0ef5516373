//! Programs that are handed opened secrets: what they read, what is said of it, and where it is refused.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use std::process::{Command, Output, Stdio};

use camino::{Utf8Path, Utf8PathBuf};
use secret_vault::Key;

const TOKEN: &str = "Zq7correctHorse9battery";

/// A repository of sealed files, and a home of its own.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let key_file = test_support::fixtures().join("federation/test-git-crypt-key");
        let key = Key::from_bytes("the test key", &std::fs::read(&key_file).unwrap()).unwrap();
        std::fs::copy(key_file, place.at("key")).unwrap();
        let files = [
            ("secrets/values.yaml", format!("hub:\n  token: {TOKEN}\n  pin: \"123\"\n")),
            ("secrets/env", format!("export TOKEN='{TOKEN}'\nPLAIN_NAME=some-other-value\n")),
            ("secrets/ban.sh", format!("#!/bin/sh\nexit_with={TOKEN}\necho \"$0 $1 $exit_with\"; exit 7\n")),
            ("secrets/kubeconfig.yaml", format!("users: [{{name: a, user: {{token: {TOKEN}}}}}]\n")),
        ];
        std::fs::create_dir(place.at("secrets")).unwrap();
        for (file, text) in files {
            std::fs::write(place.at(file), key.seal(text.as_bytes())).unwrap();
        }
        let federation = "apiVersion: 1\nmembers:\n  prod: {wave: a, namespace: hub, \
             kubeconfig: {file: secrets/kubeconfig.yaml, sealed: true}, \
             steps: [{helm: {release: hub, chart: hub, values: [], verify: true}}]}\nwaves: [{name: a}]\nsecrets: {git-crypt: true}\n";
        std::fs::write(place.at("federation.yaml"), federation).unwrap();
        place
    }

    fn at(&self, file: &str) -> Utf8PathBuf {
        Utf8Path::from_path(self.folder.path()).unwrap().join(file)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deploy"));
        command.args(words).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command.env("PATH", "/usr/bin:/bin").env("HOME", self.folder.path()).env("KEPT", "yes");
        command.env("GIT_CRYPT_KEY", self.base64());
        command
    }

    fn base64(&self) -> String {
        let encoded = Command::new("base64").arg(self.at("key")).output().unwrap();
        String::from_utf8(encoded.stdout).unwrap()
    }

    fn run(&self, words: &[&str]) -> (Option<i32>, String, String) {
        let Output { status, stdout, stderr } = self.command(words).output().unwrap();
        (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    }
}

#[test]
fn sealed_arguments_are_read_from_memory_and_the_output_is_masked() {
    let place = Place::new();
    for argument in ["secrets/values.yaml", "--file=secrets/values.yaml", "@secrets/values.yaml"] {
        let script = "echo \"$1\"; f=${1##*[=@]}; cat \"$f\"; cat \"$f\" >&2";
        let (code, stdout, stderr) =
            place.run(&["secrets", "exec", "--", "sh", "-c", script, "sh", argument]);
        assert_eq!(code, Some(0), "{stderr}");
        let (path, rest) = stdout.split_once('\n').unwrap();
        assert!(path.contains("/proc/self/fd/"), "{path}");
        let masked = "hub:\n  token: ***secrets/values.yaml:hub.token***\n  pin: \"123\"\n";
        assert_eq!(rest, masked);
        assert!(stderr.ends_with(masked), "{stderr}");
        assert!(stderr.contains("secrets/values.yaml:hub.pin is not masked"), "{stderr}");
    }
}

#[test]
fn unmasked_the_program_takes_our_place_and_its_bytes_are_its_own() {
    let place = Place::new();
    let (code, stdout, stderr) =
        place.run(&["secrets", "exec", "--unmasked", "--", "cat", "secrets/values.yaml"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, format!("hub:\n  token: {TOKEN}\n  pin: \"123\"\n"));
}

#[test]
fn the_environment_is_the_callers_without_the_key_and_with_what_was_asked_for() {
    let place = Place::new();
    let words =
        ["secrets", "exec", "--unmasked", "--env", "secrets/env", "--path", "FILE=secrets/values.yaml"];
    let (code, stdout, _) = place.run(&[words.as_slice(), &["--", "env"]].concat());
    assert_eq!(code, Some(0));
    let mut names: Vec<&str> = stdout.lines().filter_map(|line| line.split('=').next()).collect();
    names.sort_unstable();
    assert_eq!(names, ["FILE", "HOME", "KEPT", "PATH", "PLAIN_NAME", "TOKEN"]);
    assert!(stdout.contains(&format!("TOKEN={TOKEN}\n")), "{stdout}");
    let (code, _, stderr) = place.run(&["secrets", "exec", "--env", "secrets/ban.sh", "--", "env"]);
    assert_eq!(code, Some(0), "{stderr}");
}

#[test]
fn a_sealed_script_runs_from_memory_and_its_code_is_ours() {
    let place = Place::new();
    for unmasked in [&[][..], &["--unmasked"]] {
        let words = [&["secrets", "exec"], unmasked, &["--", "secrets/ban.sh", "one"]].concat();
        let (code, stdout, stderr) = place.run(&words);
        assert_eq!(code, Some(7), "{stderr}");
        assert!(stdout.starts_with("/proc/self/fd/"), "{stdout}");
        assert_eq!(stdout.contains(TOKEN), !unmasked.is_empty(), "{stdout}");
    }
}

#[test]
fn a_members_kubeconfig_is_a_descriptor_and_a_context_goes_before_it() {
    let place = Place::new();
    let show = "for f in $(echo $KUBECONFIG | tr : ' '); do cat $f; done";
    let (code, stdout, stderr) = place.run(&["exec", "prod", "--", "sh", "-c", show]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.starts_with("users: [{name: a, user: {token: ***"), "{stdout}");
    assert!(stdout.ends_with("secrets/kubeconfig.yaml:users[0].user.token***}}]\n"), "{stdout}");
    let (code, stdout, stderr) = place.run(&["exec", "prod", "--context", "c\"1", "--", "sh", "-c", show]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stdout.starts_with("{apiVersion: v1, kind: Config, current-context: \"c\\\"1\"}\nusers:"),
        "{stdout}"
    );
}

impl Place {
    /// Moves to age, in a repository; the private key of its one reader.
    fn sealed_with_age(&self, federation: &str) -> String {
        use secret_vault::age::Identities;
        let (identities, text) = Identities::generate();
        let identity = secrecy::ExposeSecret::expose_secret(&text).to_owned();
        std::fs::write(self.at(".gitattributes"), "secrets/** filter=git-crypt diff=git-crypt -text\n")
            .unwrap();
        std::fs::write(self.at(".gitignore"), "key\n").unwrap();
        std::fs::write(
            self.at("secrets/recipients.txt"),
            format!("ops {}\n", identities.recipients()[0].as_str()),
        )
        .unwrap();
        let federations = std::fs::read_to_string(self.at("federation.yaml")).unwrap();
        std::fs::write(self.at("federation.yaml"), federations.replace("{git-crypt: true}", federation))
            .unwrap();
        self.git(&["init", "-q"]);
        self.git(&["add", "."]);
        self.git(&["-c", "user.name=t", "-c", "user.email=t@x", "commit", "-q", "-m", "all"]);
        let mut migrate = self.command(&["secrets", "migrate", "--to", "age"]);
        let output = migrate.env("AGE_IDENTITY", &identity).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        identity
    }

    fn git(&self, words: &[&str]) {
        let mut git = Command::new("git");
        git.args(words).current_dir(self.folder.path()).env("HOME", self.folder.path());
        assert!(git.status().unwrap().success(), "git {words:?}");
    }

    fn run_with(&self, identity: &str, words: &[&str]) -> (Option<i32>, String, String) {
        let mut command = self.command(words);
        let output = command.env_remove("GIT_CRYPT_KEY").env("AGE_IDENTITY", identity).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }
}

const AGE: &str = "{age: {recipients: secrets/recipients.txt}}";

#[test]
fn age_files_are_handed_over_as_any_others_and_only_as_they_are_listed() {
    let place = Place::new();
    let identity = place.sealed_with_age(AGE);
    let words =
        ["secrets", "exec", "--env", "secrets/env", "--", "sh", "-c", "echo $PLAIN_NAME; cat $1", "sh"];
    let (code, stdout, stderr) = place.run_with(&identity, &[&words[..], &["secrets/values.yaml"]].concat());
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(
        stdout,
        "***secrets/env:PLAIN_NAME***\nhub:\n  token: ***secrets/env:TOKEN***\n  pin: \"123\"\n"
    );
    let (code, stdout, stderr) =
        place.run_with(&identity, &["secrets", "exec", "--", "secrets/ban.sh", "one"]);
    assert_eq!(code, Some(7), "{stderr}");
    assert!(stdout.starts_with("/proc/self/fd/") && !stdout.contains(TOKEN), "{stdout}");
    let exec = ["exec", "prod", "--", "sh", "-c", "cat $KUBECONFIG"];
    let (code, stdout, stderr) = place.run_with(&identity, &exec);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.ends_with("secrets/kubeconfig.yaml:users[0].user.token***}}]\n"), "{stdout}");

    // A file in the place of another, one of a former key, and no private key.
    let own = std::fs::read(place.at("secrets/kubeconfig.yaml")).unwrap();
    std::fs::copy(place.at("secrets/values.yaml"), place.at("secrets/kubeconfig.yaml")).unwrap();
    let (code, _, stderr) = place.run_with(&identity, &exec);
    assert!(code == Some(1) && stderr.contains("vault.not_listed"), "{stderr}");
    let key = Key::from_bytes("k", &std::fs::read(place.at("key")).unwrap()).unwrap();
    std::fs::write(place.at("secrets/kubeconfig.yaml"), key.seal(b"users: []\n")).unwrap();
    let (code, _, stderr) = place.run(&exec);
    assert!(code == Some(1) && stderr.contains("vault.age_git_crypt"), "{stderr}");
    std::fs::write(place.at("secrets/kubeconfig.yaml"), own).unwrap();
    let (code, _, stderr) = place.run_with("", &exec);
    assert!(code == Some(2) && stderr.contains("vault.no_identity"), "{stderr}");
}

#[test]
fn the_git_crypt_key_may_be_sealed_with_age() {
    use secret_vault::age::{Identities, seal};
    let place = Place::new();
    let (identities, text) = Identities::generate();
    let identity = secrecy::ExposeSecret::expose_secret(&text).to_owned();
    let cat = ["secrets", "cat", "secrets/values.yaml"];
    for content in [std::fs::read(place.at("key")).unwrap(), place.base64().into_bytes()] {
        let sealed = seal(&content, &identities.recipients()).unwrap();
        std::fs::write(place.at("key.age"), sealed).unwrap();
        let (code, stdout, stderr) = place.run_with(&identity, &[&cat[..], &["--key", "key.age"]].concat());
        assert_eq!((code, stdout.contains(TOKEN)), (Some(0), true), "{stderr}");
        let encoded = Command::new("base64").arg(place.at("key.age")).output().unwrap();
        let mut command = place.command(&cat);
        command.env("GIT_CRYPT_KEY", String::from_utf8(encoded.stdout).unwrap());
        let output = command.env("AGE_IDENTITY", &identity).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let (_, stranger) = Identities::generate();
    let stranger = secrecy::ExposeSecret::expose_secret(&stranger);
    let (code, _, stderr) = place.run_with(stranger, &[&cat[..], &["--key", "key.age"]].concat());
    assert!(
        code == Some(2) && stderr.contains("vault.age_not_for_us") && stderr.contains("key.age"),
        "{stderr}"
    );
    std::fs::write(place.at("key.age"), seal(b"no key at all", &identities.recipients()).unwrap()).unwrap();
    let (code, _, stderr) = place.run_with(&identity, &[&cat[..], &["--key", "key.age"]].concat());
    assert!(code == Some(2) && stderr.contains("vault.not_a_key"), "{stderr}");
}

/// As after `git-crypt unlock`: the key lies in the clone, and the work tree in plaintext or sealed.
#[test]
fn the_clones_own_key_opens_what_a_program_is_handed() {
    let place = Place::new();
    place.git(&["init", "-q"]);
    std::fs::write(place.at(".gitattributes"), "secrets/** filter=git-crypt diff=git-crypt -text\n").unwrap();
    place.git(&["-c", "filter.git-crypt.clean=cat", "add", "."]);
    std::fs::create_dir_all(place.at(".git/git-crypt/keys")).unwrap();
    std::fs::copy(place.at("key"), place.at(".git/git-crypt/keys/default")).unwrap();
    let exec = ["exec", "prod", "--", "sh", "-c", "cat $KUBECONFIG"];
    let masked = "secrets/kubeconfig.yaml:users[0].user.token***}}]\n";
    let (code, stdout, stderr) = place.run_with("", &exec);
    assert_eq!((code, stdout.ends_with(masked)), (Some(0), true), "{stdout}{stderr}");
    std::fs::write(
        place.at("secrets/kubeconfig.yaml"),
        format!("users: [{{name: a, user: {{token: {TOKEN}}}}}]\n"),
    )
    .unwrap();
    let (code, stdout, stderr) = place.run_with("", &exec);
    assert_eq!((code, stdout.ends_with(masked)), (Some(0), true), "{stdout}{stderr}");
    let (code, stdout, stderr) = place.run_with("", &["secrets", "exec", "--", "cat", "secrets/values.yaml"]);
    assert_eq!((code, stdout.contains("***")), (Some(0), true), "{stdout}{stderr}");
}

#[test]
fn what_cannot_run_says_so_and_opens_nothing() {
    let place = Place::new();
    for (words, code, said) in [
        (&["secrets", "exec", "--", "no-such-program"][..], 127, "there is no program `no-such-program`"),
        (&["secrets", "exec", "--", "./no-such-program"], 127, "there is no program `./no-such-program`"),
        (&["secrets", "exec", "--env", "secrets/missing", "--", "env"], 2, "secrets/missing"),
        (&["secrets", "exec", "--path", "x", "--", "env"], 2, "is not NAME=FILE"),
        (&["exec", "wave", "--", "env"], 2, "name one of its members: prod"),
    ] {
        let (found, _, stderr) = place.run(words);
        assert_eq!(found, Some(code), "{words:?}: {stderr}");
        assert!(stderr.contains(said), "{words:?}: {stderr}");
    }
    let mut keyless = place.command(&["secrets", "exec", "--", "cat", "secrets/values.yaml"]);
    let output = keyless.env_remove("GIT_CRYPT_KEY").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("cli.no_key"), "{stderr}");
}

#[test]
fn a_signal_reaches_the_program_and_its_last_words_are_masked() {
    let place = Place::new();
    let script = format!("trap 'echo bye {TOKEN}; exit 3' TERM; echo up; while :; do sleep 0.05; done");
    let mut command =
        place.command(&["secrets", "exec", "--path", "F=secrets/values.yaml", "--", "sh", "-c", &script]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut first = [0; 3];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
    assert_eq!(&first, b"up\n");
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "bye ***secrets/values.yaml:hub.token***\n");
}

#[test]
fn the_runner_of_github_is_told_what_to_mask_and_nobody_else_is() {
    let place = Place::new();
    let words = ["secrets", "exec", "--", "cat", "secrets/values.yaml"];
    for (value, told) in [("true", true), ("", false), ("1", false)] {
        let output = place.command(&words).env("GITHUB_ACTIONS", value).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(stderr.contains(&format!("::add-mask::{TOKEN}\n")), told, "{value}: {stderr}");
        assert!(!stderr.contains("::add-mask::123"), "{stderr}");
        assert!(!String::from_utf8(output.stdout).unwrap().contains(TOKEN));
    }
}

/// The filter is inherited by what this thread starts, as it is in a container with a strict profile.
#[test]
fn where_memory_files_are_denied_nothing_runs_and_the_reason_is_told() {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
    let place = Place::new();
    let mut command = place.command(&["secrets", "exec", "--", "cat", "secrets/values.yaml"]);
    let denied = std::thread::spawn(move || {
        let rules = [(libc::SYS_memfd_create, Vec::new())].into();
        let deny = SeccompAction::Errno(libc::EPERM.unsigned_abs());
        let here = std::env::consts::ARCH.try_into().unwrap();
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, deny, here).unwrap();
        seccompiler::apply_filter(&BpfProgram::try_from(filter).unwrap()).unwrap();
        command.output().unwrap()
    });
    let output = denied.join().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(1), &b""[..]), "{stderr}");
    assert!(stderr.contains("child.no_memfile") && stderr.contains("Operation not permitted"), "{stderr}");
}

#[test]
fn a_death_by_signal_leaves_no_core_file() {
    use std::os::unix::process::ExitStatusExt as _;
    let place = Place::new();
    let dies = |program: &str, words: &[&str]| {
        let script = "ulimit -c unlimited; exec \"$0\" \"$@\"";
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script, program]).args(words).current_dir(place.at("")).env_clear();
        command.env("PATH", "/usr/bin:/bin").env("HOME", place.at("")).env("GIT_CRYPT_KEY", place.base64());
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Until its secrets are open, and their reader runs.
        while !place.at("runs").exists() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        Command::new("kill").args(["-ABRT", &child.id().to_string()]).status().unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(6));
        std::fs::remove_file(place.at("runs")).unwrap();
        status.core_dumped()
    };
    let reader = ["sh", "-c", ": > runs; sleep 2", "sh", "secrets/values.yaml"];
    let deploy = dies(env!("CARGO_BIN_EXE_deploy"), &[&["secrets", "exec", "--"], &reader[..]].concat());
    let left = std::fs::read_dir(place.at("")).unwrap().filter(|file| {
        let bytes = std::fs::read(file.as_ref().unwrap().path()).unwrap_or_default();
        bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes())
    });
    let left = left.count();
    let other = dies(reader[0], &reader[1..]);
    // Where the system writes dumps at all, another program leaves one.
    assert!(!deploy, "deploy leaves a dump; another program here: {other}");
    assert_eq!(left, 0);
}
