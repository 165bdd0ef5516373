//! A repository that moved from git-crypt to age is planned and deployed, and what strangers pushed is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise"
)]

mod common;

use std::process::Command;

use camino::Utf8Path;
use common::{Said, Trial, run};
use sandbox::AuditLog;
use secrecy::ExposeSecret as _;
use secret_vault::Key;
use secret_vault::age::Identities;
use serde_json::Value;

/// What stands in a sealed file of the chart; nowhere else.
const NOTE: &str = "Zq7correctHorse9battery in a chart file";

/// A trial in a folder of a git repository, sealed with git-crypt, with a sealed kubeconfig and a sealed chart file.
struct Moving {
    trial: Trial,
    identity: String,
    other: String,
}

impl Moving {
    fn new(test: &str) -> Option<Self> {
        let trial = Trial::new(test)?;
        let mut readers = String::new();
        let mut reader = |name: &str| {
            let (identities, text) = Identities::generate();
            readers.push_str(&format!("{name} {}\n", identities.recipients()[0].as_str()));
            text.expose_secret().to_owned()
        };
        let (identity, other) = (reader("ops"), reader("ci"));
        let repository = trial.repository();
        let key = std::fs::read(repository.join("test-git-crypt-key")).unwrap();
        let key = Key::from_bytes("the test key", &key).unwrap();
        let seal = |file: &str, text: &[u8]| {
            let path = repository.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, key.seal(text)).unwrap();
        };
        seal("secrets/kubeconfig.yaml", &std::fs::read(&trial.sandbox.kubeconfig).unwrap());
        seal("mybinder/files/secrets/note.txt", NOTE.as_bytes());
        let template = "apiVersion: v1\nkind: Secret\nmetadata: {name: note}\nstringData:\n  \
                        note: {{ .Files.Get \"files/secrets/note.txt\" | quote }}\n";
        std::fs::write(repository.join("mybinder/templates/note.yaml"), template).unwrap();
        std::fs::write(repository.join("secrets/recipients.txt"), readers).unwrap();
        trial.edit(
            "federation.yaml",
            "staging: {wave: staging,",
            "staging: {wave: staging, kubeconfig: {file: secrets/kubeconfig.yaml, sealed: true},",
        );
        std::fs::write(trial.home().join(".gitignore"), ".*\n!.gitattributes\n").unwrap();
        let moving = Self { trial, identity, other };
        moving.git(&["init", "-q", "-b", "main", ".."]);
        moving.commit("git-crypt");
        Some(moving)
    }

    fn git(&self, words: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.org"]).args(words);
        git.env("HOME", self.trial.home()).env("GIT_CONFIG_NOSYSTEM", "1");
        run(git.current_dir(self.trial.repository()))
    }

    fn commit(&self, what: &str) {
        self.git(&["add", "-A", ".."]);
        self.git(&["commit", "-q", "-m", what]);
    }

    /// As in CI: the committed files, a private key in the environment, no git-crypt key and no kubeconfig.
    fn deploy_as(&self, identity: &str, words: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deploy"));
        command.env_clear().current_dir(self.trial.repository()).env("AGE_IDENTITY", identity);
        command.env("PATH", std::env::var("PATH").unwrap_or_default()).env("HOME", self.trial.home());
        let helm = self.trial.sandbox.helm.v3.as_ref().expect("the sandbox has Helm 3");
        command.env("DEPLOY_HELM", helm).env("USER", "ada");
        Said::of(command.args(words).output().unwrap())
    }

    fn deploy(&self, words: &[&str]) -> Said {
        self.deploy_as(&self.identity, words)
    }

    /// Moves to age, and does what is said to be next.
    fn move_to_age(&self) {
        let migrate = ["secrets", "migrate", "--to", "age", "--identity", "../identity"];
        std::fs::write(self.trial.home().join("identity"), &self.identity).unwrap();
        let said = Said::of(self.trial.command(&migrate).output().unwrap());
        assert_eq!(said.code, Some(0), "{said}");
        let secrets = "secrets: {age: {recipients: secrets/recipients.txt}}";
        for step in [
            format!("in federation.yaml, write `{secrets}`, then `git add federation.yaml`"),
            "git commit -m".to_owned(),
        ] {
            assert!(said.stderr.contains(&step), "{step} is not in\n{said}");
        }
        std::fs::remove_file(self.trial.home().join("identity")).unwrap();
        self.trial.edit("federation.yaml", "secrets: {git-crypt: true}", secrets);
        self.git(&["add", "federation.yaml"]);
        self.git(&["commit", "-q", "-m", "Seal with age"]);
        assert_eq!(self.git(&["status", "--porcelain"]), "");
    }

    fn read(&self, file: &str) -> Vec<u8> {
        std::fs::read(self.trial.repository().join(file)).unwrap()
    }

    fn write(&self, file: &str, bytes: &[u8]) {
        std::fs::write(self.trial.repository().join(file), bytes).unwrap();
    }

    fn opened(&self, file: &str) -> String {
        let said = self.deploy(&["secrets", "cat", file]);
        assert_eq!(said.code, Some(0), "{said}");
        said.stdout
    }
}

/// The text form of an age file, as `age --armor` writes it.
fn armored(sealed: &[u8]) -> String {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD.encode(sealed);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN AGE ENCRYPTED FILE-----\n{}\n-----END AGE ENCRYPTED FILE-----\n", lines.join("\n"))
}

fn value<'v>(document: &'v serde_yaml::Value, path: &[&str]) -> &'v str {
    path.iter().fold(document, |at, key| &at[*key]).as_str().unwrap()
}

#[test]
fn a_repository_that_moved_is_deployed_and_a_strangers_push_is_refused_before_any_write() {
    let Some(moving) = Moving::new("deploy: age") else { return };
    moving.move_to_age();
    // One reader's own tool writes the text form; that is a file of the vault as any other.
    moving.write(
        "secrets/config/staging.yaml",
        armored(&moving.read("secrets/config/staging.yaml")).as_bytes(),
    );
    let said = moving.deploy(&["secrets", "seal"]);
    assert!(said.stdout.contains("accepted   repository/secrets/config/staging.yaml"), "{said}");
    moving.commit("armored");
    let status = moving.deploy(&["secrets", "status"]);
    assert_eq!(status.code, Some(0), "{status}");

    let said = moving.deploy(&["staging", "--events", "-"]);
    assert_eq!(said.code, Some(0), "{said}");
    let namespace = moving.trial.namespace("staging");
    let secret = |name: &str| -> Value {
        let words = ["get", "secret", name, "-n", &namespace, "-o", "json"];
        serde_json::from_str(&moving.trial.kubectl(&words)).unwrap()
    };
    let held = |secret: &Value, key: &str| {
        use base64::Engine as _;
        let data = secret["data"][key].as_str().unwrap();
        String::from_utf8(base64::engine::general_purpose::STANDARD.decode(data).unwrap()).unwrap()
    };
    let staging = moving.opened("secrets/config/staging.yaml");
    let staging: serde_yaml::Value = serde_yaml::from_str(&staging).unwrap();
    let cookie = value(&staging, &["binderhub", "jupyterhub", "hub", "cookieSecret"]).to_owned();
    assert_eq!(held(&secret("hub"), "hub.config.JupyterHub.cookie_secret"), cookie);
    assert_eq!(held(&secret("note"), "note"), NOTE);
    for secret in [cookie.as_str(), NOTE, moving.identity.as_str()] {
        let logs = moving.trial.logs();
        assert!(!format!("{said}{logs}").contains(secret), "{secret} is in\n{said}");
    }

    // A program with the member's kubeconfig, which is sealed with age, too.
    let kubectl = moving.trial.sandbox.kubectl.clone().unwrap();
    let words =
        ["exec", "staging", "--", kubectl.as_str(), "get", "secret", "note", "-n", &namespace, "-o", "name"];
    let said = moving.deploy(&words);
    assert_eq!((said.code, said.stdout.as_str()), (Some(0), "secret/note\n"), "{said}");

    // Swapped, in plaintext, sealed by a stranger, or back on the key of former days: nothing is written.
    let (own, other) = (moving.read("secrets/config/staging.yaml"), moving.read("secrets/config/ovh.yaml"));
    let readers = String::from_utf8(moving.read("secrets/recipients.txt")).unwrap();
    let readers = secret_vault::age::Readers::parse("r".into(), &readers).unwrap();
    let strangers = secret_vault::age::seal(b"a: planted-plaintext-value\n", readers.keys()).unwrap();
    let key = Key::from_bytes("the test key", &moving.read("test-git-crypt-key")).unwrap();
    for (bytes, code, said_too) in [
        (other.as_slice(), "vault.not_listed", "it has the content of repository/secrets/config/ovh.yaml"),
        (strangers.as_slice(), "vault.not_listed", "secrets/config/staging.yaml"),
        (b"a: planted-plaintext-value\n", "vault.age_plaintext", "secrets/config/staging.yaml"),
        (
            key.seal(b"a: planted-plaintext-value\n").as_slice(),
            "vault.age_plaintext",
            "secrets/config/staging.yaml",
        ),
    ] {
        moving.write("secrets/config/staging.yaml", bytes);
        moving.commit("a stranger's");
        let log = AuditLog::open(&moving.trial.sandbox.audit_log);
        let before = log.mark().unwrap();
        let said = moving.deploy(&["staging"]);
        assert_eq!(said.code, Some(1), "{said}");
        let all = format!("{said}");
        assert!(all.contains(code) && all.contains(said_too), "{code}: {said}");
        assert!(!all.contains("planted-plaintext-value"), "{said}");
        let after = log.since(before).unwrap();
        let ours =
            |request: &&sandbox::Request| request.user == "sandbox-admin" && request.namespace == namespace;
        let writes: Vec<_> = after.iter().filter(ours).filter(|request| request.is_write()).collect();
        assert!(writes.is_empty(), "{code}: {writes:?}");
    }
    moving.write("secrets/config/staging.yaml", &own);
    moving.commit("mended");
    let said = moving.deploy(&["staging"]);
    assert_eq!(said.code, Some(0), "{said}");
    assert_eq!(moving.trial.statuses("staging").len(), 1, "nothing has changed, so nothing was upgraded");
}

#[test]
fn a_plan_is_the_same_for_every_reader_and_shows_no_secret() {
    let Some(moving) = Moving::new("deploy: plans with age") else { return };
    moving.move_to_age();
    let plan = |identity: &str| {
        let said = moving.deploy_as(identity, &["plan", "staging", "--output", "json"]);
        assert_eq!(said.code, Some(0), "{said}");
        said.stdout
    };
    let (first, second) = (plan(&moving.identity), plan(&moving.other));
    let hash = |plan: &str| serde_json::from_str::<Value>(plan).unwrap()["members"][0]["hash"].clone();
    assert_eq!(hash(&first), hash(&second));
    assert!(first.contains("(secret hmac:"), "{first}");
    assert!(!first.contains(NOTE) && !second.contains(NOTE));

    // Agreed to by one reader, done by another.
    let out = moving.trial.home().join("plan.json");
    let said = moving.deploy(&["plan", "staging", "--out", out.as_str()]);
    assert_eq!(said.code, Some(0), "{said}");
    let said = moving.deploy_as(&moving.other, &["up", "--plan", out.as_str()]);
    assert_eq!(said.code, Some(0), "{said}");

    // Another value shows as another digest, once a reader has sealed it.
    let file = "secrets/config/staging.yaml";
    let edited = moving.opened(file).replace("cookieSecret: ", "cookieSecret: a0");
    moving.write(file, edited.as_bytes());
    assert_eq!(moving.deploy(&["secrets", "seal", file]).code, Some(0));
    moving.commit("another secret");
    let said = moving.deploy(&["plan", "staging"]);
    assert_eq!(said.code, Some(0), "{said}");
    assert!(said.stdout.contains("hmac:") && said.stdout.contains("Secret/hub"), "{said}");

    // Without a private key, and with one of nobody, it is told what is missing.
    let said = moving.deploy_as("", &["plan", "staging"]);
    assert_eq!(said.code, Some(1), "{said}");
    assert!(format!("{said}").contains("run.no_identity"), "{said}");
    let (_, stranger) = Identities::generate();
    let said = moving.deploy_as(stranger.expose_secret(), &["plan", "staging"]);
    assert_eq!(said.code, Some(1), "{said}");
    assert!(format!("{said}").contains("vault.age_not_for_us"), "{said}");
}

#[test]
fn on_its_way_each_file_is_opened_by_what_it_is_and_the_key_may_be_sealed_with_age() {
    let Some(moving) = Moving::new("deploy: both ways") else { return };
    // The key of git-crypt, for CI that has a private key of age alone.
    let readers = String::from_utf8(moving.read("secrets/recipients.txt")).unwrap();
    let readers = secret_vault::age::Readers::parse("r".into(), &readers).unwrap();
    let sealed = secret_vault::age::seal(&moving.read("test-git-crypt-key"), readers.keys()).unwrap();
    let key = moving.trial.home().join("key.age");
    std::fs::write(&key, &sealed).unwrap();
    let said = moving.deploy(&["plan", "staging", "--key", key.as_str()]);
    assert_eq!(said.code, Some(0), "{said}");

    // One file is sealed with age, the others are not yet.
    let both = "secrets: {git-crypt: true, age: {recipients: secrets/recipients.txt}}";
    moving.trial.edit("federation.yaml", "secrets: {git-crypt: true}", both);
    let said = moving.deploy(&["plan", "staging", "--key", key.as_str()]);
    assert!(said.code == Some(8) || said.code == Some(2), "{said}");
    let config = Utf8Path::new("secrets/config/staging.yaml");
    let git_crypt = Key::from_bytes("the test key", &moving.read("test-git-crypt-key")).unwrap();
    let opened = git_crypt.open(config, &moving.read(config.as_str())).unwrap();
    moving.write(config.as_str(), opened.expose());
    let said = moving.deploy(&["secrets", "seal", config.as_str()]);
    assert_eq!(said.code, Some(0), "{said}");
    moving.commit("one file");
    let said = moving.deploy(&["plan", "staging", "--key", key.as_str()]);
    assert_eq!(said.code, Some(0), "{said}");
    let said = moving.deploy(&["plan", "staging"]);
    assert_eq!(said.code, Some(1), "{said}");
    assert!(format!("{said}").contains("run.no_key"), "{said}");
}
