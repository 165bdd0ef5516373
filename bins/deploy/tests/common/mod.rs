//! A deployment repository of its own for each test, in namespaces of its own, and the real programs around it.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "each test uses a part of it, and tests stop at the first surprise"
)]

use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;
use test_support::Sandbox;

/// The version of BinderHub that the fixture's chart pins.
pub(crate) const BINDERHUB: &str = "1.0.0-0.dev.git.3983.h383374de";

/// A copy of the fixture federation, deployed into namespaces that only this test uses.
pub(crate) struct Trial {
    pub(crate) sandbox: Sandbox,
    folder: tempfile::TempDir,
    prefix: String,
}

/// What a run of `deploy` said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Trial {
    /// None, and a loud skip, where there is no sandbox.
    pub(crate) fn new(test: &str) -> Option<Self> {
        Self::within(test, Utf8Path::from_path(&std::env::temp_dir()).unwrap())
    }

    /// The same, with its folder in another one.
    pub(crate) fn within(test: &str, parent: &Utf8Path) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let sandbox = Sandbox::or_skip(test)?;
        let folder = tempfile::tempdir_in(parent).unwrap();
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let stamp = std::process::id();
        let prefix = format!("t{stamp}-{number}");
        let trial = Self { sandbox, folder, prefix };
        let fixture = test_support::fixtures().join("federation");
        run(Command::new("cp").arg("-r").arg(fixture.as_str()).arg(trial.repository().as_str()));
        let stand_ins = trial.sandbox.services["stand-ins"].clone();
        trial.edit(
            "federation.yaml",
            "namespace: \"{member}\"",
            &format!("namespace: \"{}-{{member}}\"", trial.prefix),
        );
        trial.edit(
            "federation.yaml",
            "http://127.0.0.1:31080/{member}/",
            &format!("{stand_ins}{}-{{member}}/", trial.prefix),
        );
        trial.edit("federation.yaml", "http://127.0.0.1:31080/", &stand_ins);
        Some(trial)
    }

    pub(crate) fn repository(&self) -> Utf8PathBuf {
        self.home().join("repository")
    }

    /// HOME and every folder that `deploy` may write to lie in here.
    pub(crate) fn home(&self) -> &Utf8Path {
        Utf8Path::from_path(self.folder.path()).unwrap()
    }

    pub(crate) fn namespace(&self, member: &str) -> String {
        format!("{}-{member}", self.prefix)
    }

    /// Replaces a text in a file of the repository; the text must be there.
    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.repository().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} does not hold {from:?}:\n{text}");
        std::fs::write(&path, text.replace(from, to)).unwrap();
    }

    /// Sets the tag of the binder image in a member's configuration.
    pub(crate) fn set_tag(&self, member: &str, tag: &str) {
        let path = self.repository().join(format!("config/{member}.yaml"));
        let mut text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("\nbinderhub:\n  image:"), "the tag is set already:\n{text}");
        let head = "\nbinderhub:\n";
        assert!(text.contains(head), "{text}");
        text = text.replacen(head, &format!("{head}  image: {{tag: \"{tag}\"}}\n"), 1);
        std::fs::write(&path, text).unwrap();
    }

    /// `deploy` as an operator would call it here, with nothing of this process's environment.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deploy"));
        let repository = self.repository();
        command.env_clear().current_dir(&repository).env("HOME", self.home()).env("USER", "ada");
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        command.args(words).arg("--local");
        let given = |flag: &str| words.contains(&flag);
        for (flag, value) in [
            ("--kubeconfig", self.sandbox.kubeconfig.to_string()),
            ("--helm", self.sandbox.helm.v3.clone().expect("the sandbox has Helm 3").to_string()),
            ("--key", repository.join("test-git-crypt-key").to_string()),
        ] {
            if !given(flag) {
                command.arg(flag).arg(value);
            }
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The same, with the key in the environment as CI has it.
    pub(crate) fn keyless(&self, words: &[&str]) -> Command {
        use std::os::unix::ffi::OsStrExt as _;
        let with_key = self.command(words);
        let mut command = Command::new(with_key.get_program());
        command.env_clear().current_dir(self.repository());
        for (name, value) in with_key.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        let is_key =
            |word: &std::ffi::OsStr| word == "--key" || word.as_bytes().ends_with(b"test-git-crypt-key");
        command.args(with_key.get_args().filter(|word| !is_key(word)));
        command
    }

    pub(crate) fn deploy(&self, words: &[&str]) -> Said {
        Said::of(self.command(words).output().unwrap())
    }

    pub(crate) fn start(&self, words: &[&str]) -> Child {
        self.command(words).spawn().unwrap()
    }

    /// Deploys staging once, so that there is a verified revision 1.
    pub(crate) fn install(&self) {
        let said = self.deploy(&["staging"]);
        assert_eq!(said.code, Some(0), "{said}");
    }

    pub(crate) fn kubectl(&self, words: &[&str]) -> String {
        let mut kubectl = Command::new(self.sandbox.kubectl.as_ref().expect("the sandbox has kubectl"));
        run(kubectl.env("KUBECONFIG", &self.sandbox.kubeconfig).args(words))
    }

    /// Helm's own view of a member's release, oldest revision first.
    pub(crate) fn history(&self, member: &str) -> Vec<Value> {
        let mut helm = Command::new(self.sandbox.helm.v3.as_ref().expect("the sandbox has Helm 3"));
        helm.env("KUBECONFIG", &self.sandbox.kubeconfig).env("HOME", self.home());
        let namespace = self.namespace(member);
        let said = run(helm.args(["history", member, "--namespace", &namespace, "--output", "json"]));
        serde_json::from_str(&said).unwrap()
    }

    pub(crate) fn statuses(&self, member: &str) -> Vec<String> {
        self.history(member).iter().map(|revision| revision["status"].as_str().unwrap().to_owned()).collect()
    }

    /// The manifest of a revision, as Helm has it.
    pub(crate) fn manifest(&self, member: &str, revision: u32) -> String {
        let mut helm = Command::new(self.sandbox.helm.v3.as_ref().expect("the sandbox has Helm 3"));
        helm.env("KUBECONFIG", &self.sandbox.kubeconfig).env("HOME", self.home());
        let (namespace, revision) = (self.namespace(member), revision.to_string());
        run(helm.args(["get", "manifest", member, "--namespace", &namespace, "--revision", &revision]))
    }

    /// The image of the live binder Deployment.
    pub(crate) fn image(&self, member: &str) -> String {
        let namespace = self.namespace(member);
        let path = "jsonpath={.spec.template.spec.containers[0].image}";
        self.kubectl(&["get", "deployment", "binder", "-n", &namespace, "-o", path])
    }

    /// The annotations in Grafana that this test's runs made.
    pub(crate) fn annotations(&self) -> Vec<Value> {
        let url = format!(
            "{}grafana/api/annotations?tags=deployment-start&limit=1000",
            self.sandbox.services["stand-ins"]
        );
        // The published token of the stand-in: it protects nothing.
        let token = "Authorization: Bearer glsa_testtokenfortheSandbox0000000000_00000000";
        let said = run(Command::new("curl").args(["-sf", "-H", token, &url]));
        let all: Vec<Value> = serde_json::from_str(&said).unwrap();
        let runs = self.logs();
        let ours = |annotation: &Value| {
            let tags = annotation["tags"].as_array().unwrap().iter().filter_map(Value::as_str);
            tags.filter_map(|tag| tag.strip_prefix("run:")).any(|run| runs.contains(run))
        };
        all.into_iter().filter(ours).collect()
    }

    /// Waits until the logs of this test's runs are as wanted.
    pub(crate) fn wait_until(&self, what: &str, wanted: impl Fn(&str) -> bool) {
        let began = Instant::now();
        while !wanted(&self.logs()) {
            assert!(began.elapsed() < Duration::from_secs(120), "{what} never began:\n{}", self.logs());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Every event log that was written so far.
    pub(crate) fn logs(&self) -> String {
        let runs = self.home().join(".local/state/deploy/runs");
        let Ok(folders) = runs.read_dir_utf8() else { return String::new() };
        let read =
            |folder: Utf8PathBuf| std::fs::read_to_string(folder.join("events.jsonl")).unwrap_or_default();
        folders.map(|folder| read(folder.unwrap().into_path())).collect()
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        // Without waiting: the namespaces of other tests are others.
        for member in ["staging", "ovh", "prod"] {
            let Some(kubectl) = &self.sandbox.kubectl else { return };
            let namespace = self.namespace(member);
            let _ = Command::new(kubectl)
                .env("KUBECONFIG", &self.sandbox.kubeconfig)
                .args(["delete", "namespace", &namespace, "--wait=false", "--ignore-not-found"])
                .output();
        }
    }
}

impl Said {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// Runs a program that must succeed; what it printed.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = Said::of(output);
    assert_eq!(said.code, Some(0), "{command:?}\n{said}");
    said.stdout
}
