//! A repository sealed with age, from its first file to its last reader, by the real program in a real clone.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise"
)]

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use secrecy::ExposeSecret as _;
use secret_vault::age::Identities;
use serde_json::Value;

/// A repository, with a home beside it.
struct Trial {
    folder: tempfile::TempDir,
}

/// How a program ended.
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}\n{}\n{}", self.code, self.stdout, self.stderr)
    }
}

impl Ended {
    #[track_caller]
    fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{self}");
        self
    }

    #[track_caller]
    fn refused(self, code: i32, problem: &str) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        assert!(self.stderr.contains(problem), "{problem} is not in\n{self}");
        self
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{self}"))
    }
}

impl Trial {
    fn new() -> Self {
        let trial = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir_all(trial.home()).unwrap();
        std::fs::create_dir_all(trial.repo().join("secrets/config")).unwrap();
        trial.git(&["init", "-q", "-b", "main"]);
        trial.git(&["config", "user.name", "test"]);
        trial.git(&["config", "user.email", "test@example.org"]);
        trial
    }

    fn repo(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    fn run(&self, program: &str, args: &[&str], input: &[u8], env: &[(&str, &str)]) -> Ended {
        let mut child = Command::new(program)
            .args(args)
            .current_dir(self.repo())
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("HOME", self.home())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("NO_COLOR", "1")
            .envs(env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(input).ok());
            child.wait_with_output().unwrap()
        });
        Ended {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    fn secrets(&self, args: &[&str], key: &str) -> Ended {
        let args = [&["secrets"], args].concat();
        self.run(env!("CARGO_BIN_EXE_deploy"), &args, b"", &[("AGE_IDENTITY", key)])
    }

    #[track_caller]
    fn git(&self, args: &[&str]) -> String {
        self.run("git", args, b"", &[]).ok().stdout
    }

    fn commit(&self, at: i64, what: &str) {
        self.git(&["add", "-A"]);
        let date = format!("{at} +0000");
        let env = [("GIT_AUTHOR_DATE", date.as_str()), ("GIT_COMMITTER_DATE", date.as_str())];
        self.run("git", &["commit", "-q", "-m", what], b"", &env).ok();
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.repo().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn read(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.repo().join(path)).unwrap()
    }
}

/// A private key, and its public half.
fn key() -> (String, String) {
    let (identities, text) = Identities::generate();
    (text.expose_secret().to_owned(), identities.recipients()[0].as_str().to_owned())
}

const RULES: &str = "**/secrets/** filter=age diff=age -text\n/secrets/recipients.txt !filter !diff text\n\
                     /secrets/manifest.txt !filter !diff -text\n/secrets/vault.age !filter !diff -text\n";

/// Two readers, and two sealed files, committed.
fn sealed() -> (Trial, String, String) {
    let trial = Trial::new();
    let (alice, alice_public) = key();
    let (bob, bob_public) = key();
    trial.write(".gitattributes", RULES);
    trial.write("secrets/recipients.txt", format!("alice {alice_public}\nbob {bob_public}\n"));
    trial.write("secrets/hub.yaml", "token: one\n");
    trial.write("secrets/config/ovh.yaml", "token: two\n");
    trial.secrets(&["seal", "secrets/hub.yaml", "secrets/config/ovh.yaml"], &alice).ok();
    trial.commit(1_000_000_000, "seal");
    (trial, alice, bob)
}

#[test]
fn files_are_sealed_shown_and_changed_without_churn() {
    let (trial, alice, bob) = sealed();
    for key in [&alice, &bob] {
        assert_eq!(trial.secrets(&["cat", "secrets/hub.yaml"], key).ok().stdout, "token: one\n");
    }
    assert!(trial.read("secrets/hub.yaml").starts_with(b"age-encryption.org/v1\n"));
    let (stranger, _) = key();
    trial.secrets(&["cat", "secrets/hub.yaml"], &stranger).refused(1, "vault.age_not_for_us");

    // Nothing to do changes nothing, and so does the same plaintext again.
    let told = trial.secrets(&["seal", "--output", "json"], &alice).ok().json();
    assert_eq!((told["epoch"].as_u64(), &told["files"][0]["did"]), (Some(1), &"unchanged".into()));
    trial.write("secrets/hub.yaml", "token: one\n");
    trial.secrets(&["seal", "secrets/hub.yaml"], &bob).ok();
    assert_eq!(trial.git(&["status", "--porcelain"]), "");

    // A new content by way of standard input, from a folder below.
    let args = ["secrets", "seal", "--stdin", "secrets/hub.yaml", "--output", "json"];
    let changed = trial.run(env!("CARGO_BIN_EXE_deploy"), &args, b"token: new\n", &[("AGE_IDENTITY", &bob)]);
    assert_eq!(changed.ok().json()["epoch"], 2);
    assert_eq!(trial.secrets(&["cat", "secrets/hub.yaml"], &alice).ok().stdout, "token: new\n");
    assert_eq!(trial.git(&["status", "--porcelain"]), " M secrets/hub.yaml\n M secrets/manifest.txt\n");
    trial.commit(1_000_000_100, "change");

    // A clone is clean, and a removed file is forgotten.
    trial.git(&["clone", "-q", ".", "../clone"]);
    assert_eq!(trial.git(&["-C", "../clone", "status", "--porcelain"]), "");
    std::fs::remove_file(trial.repo().join("secrets/config/ovh.yaml")).unwrap();
    assert!(trial.secrets(&["seal"], &alice).ok().stdout.contains("forgotten  secrets/config/ovh.yaml"));
}

#[test]
fn what_a_stranger_with_push_rights_does_is_found() {
    let (trial, alice, _) = sealed();
    let (one, two) = (trial.read("secrets/hub.yaml"), trial.read("secrets/config/ovh.yaml"));
    let cat = |path: &str| trial.secrets(&["cat", path], &alice);

    trial.write("secrets/hub.yaml", &two);
    assert!(
        cat("secrets/hub.yaml").refused(1, "vault.not_listed").stderr.contains("secrets/config/ovh.yaml")
    );
    let recipients = secret_vault::age::Readers::parse(
        "r".into(),
        &String::from_utf8(trial.read("secrets/recipients.txt")).unwrap(),
    )
    .unwrap();
    trial.write("secrets/hub.yaml", secret_vault::age::seal(b"token: evil\n", recipients.keys()).unwrap());
    cat("secrets/hub.yaml").refused(1, "vault.not_listed");
    trial.write("secrets/hub.yaml", "token: evil\n");
    assert!(!cat("secrets/hub.yaml").stdout.contains("evil"));
    trial.write("secrets/hub.yaml", &one);
    cat("secrets/hub.yaml").ok();

    // An added reader is not sealed to until a reader confirms.
    let (mallory, public) = key();
    let readers = [trial.read("secrets/recipients.txt"), format!("mallory {public}\n").into_bytes()].concat();
    trial.write("secrets/recipients.txt", &readers);
    trial.write("secrets/hub.yaml", "token: three\n");
    trial.secrets(&["seal", "secrets/hub.yaml"], &alice).refused(1, "mallory");
    trial.write("secrets/hub.yaml", &one);
    trial.secrets(&["rotate"], &alice).refused(8, "secrets.unconfirmed");
    trial.secrets(&["cat", "secrets/hub.yaml"], &mallory).refused(1, "vault.age_not_for_us");
    trial.secrets(&["rotate", "--yes"], &alice).ok();
    trial.secrets(&["cat", "secrets/hub.yaml"], &mallory).ok();
    trial.commit(1_000_000_200, "rotate");

    // The whole put back to an older state, and another vault in its place.
    trial.git(&["checkout", "-q", "HEAD~1", "--", "secrets"]);
    trial.commit(1_000_000_300, "back");
    trial.secrets(&["cat", "secrets/hub.yaml"], &alice).refused(1, "vault.rolled_back");
    trial.git(&["rm", "-q", "--cached", "secrets/vault.age", "secrets/manifest.txt"]);
    for path in ["secrets/vault.age", "secrets/manifest.txt"] {
        std::fs::remove_file(trial.repo().join(path)).unwrap();
    }
    trial.write("secrets/hub.yaml", "token: mine\n");
    trial.secrets(&["seal", "secrets/hub.yaml"], &alice).ok();
    trial.secrets(&["cat", "secrets/hub.yaml"], &alice).refused(1, "vault.replaced");
}

#[test]
fn the_status_names_what_is_not_as_the_readers_left_it() {
    let (trial, alice, _) = sealed();
    let status = |key: &str| {
        let said = trial.secrets(&["status", "--output", "json"], key);
        let told = said.json();
        let problems = told["problems"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let problems: Vec<String> = problems
            .iter()
            .map(|it| format!("{} {}", text(&it["code"]), text(&it["place"]["file"])))
            .collect();
        assert_eq!(said.code, Some(i32::from(!problems.is_empty())), "{said}");
        (told["age"].clone(), problems)
    };
    let clean = |key: &str| {
        let (age, problems) = status(key);
        assert_eq!(problems, Vec::<String>::new());
        (age["list"].clone(), age["files"].clone(), age["verified"].clone())
    };
    assert_eq!(clean(&alice), ("verified".into(), 2.into(), 2.into()));
    // Without a key the bytes are compared all the same.
    assert_eq!(clean(""), ("unverified".into(), 2.into(), 0.into()));

    let (one, two) = (trial.read("secrets/hub.yaml"), trial.read("secrets/config/ovh.yaml"));
    for key in [alice.as_str(), ""] {
        trial.write("secrets/hub.yaml", &two);
        assert_eq!(status(key).1, ["vault.not_listed secrets/hub.yaml"]);
        trial.write("secrets/hub.yaml", "token: in the clear\n");
        assert_eq!(status(key).1, ["vault.age_plaintext secrets/hub.yaml"]);
        // Sealed in the work tree, and in plaintext where the next commit takes it from.
        trial.git(&["add", "secrets/hub.yaml"]);
        trial.write("secrets/hub.yaml", &one);
        assert_eq!(status(key).1, ["vault.age_plaintext secrets/hub.yaml"]);
        trial.git(&["add", "secrets/hub.yaml"]);
        std::fs::remove_file(trial.repo().join("secrets/hub.yaml")).unwrap();
        assert_eq!(status(key).1, ["vault.missing secrets/hub.yaml"]);
        trial.write("secrets/hub.yaml", &one);
        trial.write("secrets/new.yaml", &one);
        trial.git(&["add", "secrets/new.yaml"]);
        assert_eq!(status(key).1, ["vault.not_listed secrets/new.yaml"]);
        trial.git(&["rm", "-q", "-f", "secrets/new.yaml"]);
        trial.write(".gitattributes", format!("* text=auto\n{}", RULES.replace(" -text\n", "\n")));
        assert_eq!(status(key).1.len(), 2, "git may change the bytes of both");
        trial.write(".gitattributes", RULES);
        assert_eq!(status(key).1, Vec::<String>::new());
    }
    // A list that no reader signed is not believed, and whoever is no reader cannot tell.
    let list = String::from_utf8(trial.read("secrets/manifest.txt")).unwrap();
    trial.write("secrets/manifest.txt", list.replace("epoch 1", "epoch 9"));
    let (age, problems) = status(&alice);
    assert_eq!(
        (age["list"].as_str(), problems),
        (Some("refused"), vec!["vault.manifest_forged secrets/manifest.txt".to_owned()])
    );
    let (stranger, _) = key();
    assert_eq!(status(&stranger).1, ["vault.age_not_for_us secrets/vault.age"]);
    std::fs::create_dir_all(trial.home().join(".config/age")).unwrap();
    std::fs::write(trial.home().join(".config/age/keys.txt"), stranger).unwrap();
    assert_eq!(clean("").0, "unverified");
}

#[test]
fn who_leaves_is_shut_out_and_what_they_know_is_listed() {
    let (trial, alice, bob) = sealed();
    let old = trial.read("secrets/hub.yaml");
    trial.secrets(&["revoke", "bbo"], &alice).refused(2, "the readers are alice, bob");
    let told = trial.secrets(&["revoke", "bob", "--output", "json"], &alice).ok().json();
    let could: Vec<_> =
        told["could_read"].as_array().unwrap().iter().map(|one| one["file"].clone()).collect();
    assert_eq!(could, ["secrets/config/ovh.yaml", "secrets/hub.yaml"]);
    assert!(told["could_read"][0]["changed"].as_str().unwrap().starts_with("20"), "{told}");
    trial.secrets(&["cat", "secrets/hub.yaml"], &bob).refused(1, "vault.age_not_for_us");
    assert_eq!(trial.secrets(&["cat", "secrets/hub.yaml"], &alice).ok().stdout, "token: one\n");
    assert_ne!(trial.read("secrets/hub.yaml"), old);
    assert!(!String::from_utf8(trial.read("secrets/recipients.txt")).unwrap().contains("bob"));
    trial.commit(1_000_000_100, "revoke");
    let audit = trial.secrets(&["audit", "--output", "json"], &alice).ok().json();
    let readers: Vec<_> = audit["readers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["who"].as_str().unwrap(), one["until"].is_null()))
        .collect();
    assert_eq!(readers, [("alice", true), ("bob", false)]);
    // The last reader cannot go, and nobody shuts themselves out.
    trial.secrets(&["revoke", "alice"], &alice).refused(1, "vault.no_readers");
}

#[test]
fn a_repository_moves_from_git_crypt_to_age_and_back_to_the_same_bytes() {
    let trial = Trial::new();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/federation/test-git-crypt-key");
    let key_file = golden.to_str().unwrap();
    let git_crypt = secret_vault::Key::from_bytes("k", &std::fs::read(&golden).unwrap()).unwrap();
    let (alice, public) = key();
    trial.write(".gitattributes", "**/secrets/** filter=git-crypt diff=git-crypt\n");
    for (path, content) in
        [("secrets/a.yaml", "a: one\n"), ("secrets/ban.py", "print()\n"), ("x/secrets/t", "t")]
    {
        trial.write(path, git_crypt.seal(content.as_bytes()));
    }
    let script = trial.repo().join("secrets/ban.py");
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    trial.commit(1_000_000_000, "git-crypt");
    let before = trial.git(&["ls-tree", "-r", "HEAD", "--", "secrets", "x"]);

    let migrate = |to: &str| trial.secrets(&["migrate", "--to", to, "--key", key_file], &alice);
    migrate("age").refused(2, "secrets.no_readers");
    trial.write("secrets/recipients.txt", format!("alice {public}\n"));
    migrate("git-crypt").refused(2, "cli.unreadable");
    migrate("age").ok();
    trial.commit(1_000_000_100, "age");
    assert_eq!(trial.secrets(&["cat", "x/secrets/t"], &alice).ok().stdout, "t");
    assert!(std::os::unix::fs::PermissionsExt::mode(&script.metadata().unwrap().permissions()) & 0o100 != 0);
    let manifest = String::from_utf8(trial.read("secrets/manifest.txt")).unwrap();
    assert_eq!(manifest.matches("2001-09-09T01:46:40Z").count(), 3, "{manifest}");
    migrate("age").refused(8, "secrets.vault_there");
    let audit = trial.secrets(&["audit"], &alice);
    assert_eq!(audit.code, Some(0), "{audit}");

    migrate("git-crypt").ok();
    trial.commit(1_000_000_200, "back");
    let after = trial.git(&["ls-tree", "-r", "HEAD", "--", "secrets", "x"]);
    let own =
        |line: &&str| ["recipients.txt", "manifest.txt", "vault.age"].iter().any(|own| line.ends_with(own));
    let sealed = |tree: &str| tree.lines().filter(|line| !own(line)).collect::<Vec<_>>().join("\n");
    assert_eq!(sealed(&after), sealed(&before));
    migrate("age").ok();
    trial.commit(1_000_000_300, "age again");
    assert_eq!(trial.secrets(&["cat", "secrets/a.yaml"], &alice).ok().stdout, "a: one\n");
}

#[test]
fn the_audit_finds_what_was_ever_in_plaintext_and_what_will_go_wrong() {
    let trial = Trial::new();
    let sealed = |text: &str| [b"\0GITCRYPT\0".as_slice(), &[7; 12], text.as_bytes()].concat();
    trial.write("secrets/early.yaml", "token: before the rule\n");
    trial.write("config/public.yaml", "a: 1\n");
    trial.commit(1_000_000_000, "before");
    trial
        .write(".gitattributes", "secrets/** filter=git-crypt diff=git-crypt\nprivate/** filter=git-crypt\n");
    trial.write("secrets/early.yaml", sealed("x"));
    trial.write("private/old", "token: by a rule that is gone\n");
    trial.commit(1_000_001_000, "rule");
    trial.write("secrets/leak.yaml", "token: for a day\n");
    trial.write("secrets/empty", "");
    trial.commit(1_000_002_000, "leak");
    trial.write("secrets/leak.yaml", sealed("y"));
    trial.write(".gitattributes", "secrets/** filter=git-crypt diff=git-crypt\n*.yaml text\n");
    trial.write("git-crypt-key", [b"\0GITCRYPTKEY".as_slice(), &[0; 40]].concat());
    trial.write(".gitignore", "git-crypt-key\n");
    trial.commit(1_000_003_000, "mend");

    let audit = trial.secrets(&["audit", "--output", "json"], "");
    assert_eq!(audit.code, Some(1), "{audit}");
    // A bare repository has the same history, and no work tree in which a key could lie.
    let bare = trial.repo().join("../bare.git");
    trial.git(&["clone", "-q", "--bare", ".", "../bare.git"]);
    let script = "cd \"$0\" && exec \"$1\" secrets audit --output json";
    let words = ["-c", script, bare.to_str().unwrap(), env!("CARGO_BIN_EXE_deploy")];
    let bare = trial.run("sh", &words, b"", &[]).json();
    let mut wanted = audit.json();
    wanted["keys"] = serde_json::json!([]);
    assert_eq!(bare, wanted);
    let audit = audit.json();
    let told: Vec<String> = audit["plaintext"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let until = one["until"]["at"].as_str().unwrap_or("now");
            format!(
                "{} {} {} {until}",
                one["path"].as_str().unwrap(),
                one["rules"].as_str().unwrap(),
                one["since"]["at"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "secrets/early.yaml today 2001-09-09T01:46:40Z 2001-09-09T02:03:20Z",
            "secrets/leak.yaml today 2001-09-09T02:20:00Z 2001-09-09T02:36:40Z",
            "private/old former 2001-09-09T02:03:20Z now",
        ]
    );
    let weak: Vec<_> = audit["weak"].as_array().unwrap().iter().map(|one| one["path"].clone()).collect();
    assert_eq!(weak, ["secrets/early.yaml", "secrets/leak.yaml"]);
    assert_eq!(audit["keys"][0]["path"], "git-crypt-key");
    let human = trial.secrets(&["audit"], "").stdout;
    assert!(human.contains("stray key  git-crypt-key  a git-crypt key"), "{human}");
    assert!(human.ends_with("3 in plaintext, 2 weak rules, 1 stray keys\n"), "{human}");
    // No trace of its own.
    let left: Vec<_> = std::fs::read_dir(trial.repo().join(".git"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("audit")), "{left:?}");
}
