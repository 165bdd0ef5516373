//! Zero residue: where secrets are opened, not a byte of them reaches a disk, an argument or an environment.
//!
//! Needs root, strace, git-crypt and a sandbox. `cargo xtask prove residue` kills a hundred runs; here it is a few.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests stop at the first surprise, and a proof says what it saw"
)]

mod age;
mod canary;
#[path = "../common/mod.rs"]
mod common;
mod disk;
mod trace;

use std::process::Command;
use std::time::{Duration, Instant};

use canary::Eyes;
use common::Trial;
use disk::Disk;
use secret_vault::Key;
use trace::{Seen, Traced};

/// Sealed files with canaries in every place where a deployment keeps secrets.
fn plant(trial: &Trial) {
    let repository = trial.repository();
    let key = std::fs::read(repository.join("test-git-crypt-key")).unwrap();
    let key = Key::from_bytes("the test key", &key).unwrap();
    let seal = |file: &str, text: &str| {
        let path = repository.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, key.seal(text.as_bytes())).unwrap();
    };
    let values = repository.join("secrets/config/staging.yaml");
    let opened = key.open(&values, &std::fs::read(&values).unwrap()).unwrap();
    let nasty = serde_json::to_string(canary::NASTY).unwrap();
    let text = std::str::from_utf8(opened.expose()).unwrap();
    let more = format!("{text}\ncanary: {{value: {}, nasty: {nasty}}}\n", canary::VALUE);
    seal("secrets/config/staging.yaml", &more);
    seal("mybinder/files/secrets/canary.py", &format!("TOKEN = \"{}\"\n", canary::CHART));
    let login = std::fs::read_to_string(&trial.sandbox.kubeconfig).unwrap();
    seal("secrets/kubeconfig.yaml", &format!("{login}\n# {}\n", canary::LOGIN));
    seal("secrets/script", &format!("#!/bin/sh\nT={}; cat \"$1\"; echo $T; exit 0\n", canary::SCRIPT));
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: canary}\ndata:\n  \
        round: {{ .Values.round | quote }}\n  \
        value: {{ printf \"%s %s\" .Values.canary.value .Values.canary.nasty | quote }}\n\
        {{ (.Files.Glob \"files/secrets/*\").AsConfig | indent 2 }}\n";
    std::fs::write(repository.join("mybinder/templates/canary.yaml"), template).unwrap();
    trial.edit(
        "federation.yaml",
        "staging: {wave: staging,",
        "staging: {wave: staging, kubeconfig: {file: secrets/kubeconfig.yaml, sealed: true},",
    );
    let verified = "        verify: true                       # the checks judge this release\n";
    let run = "    - run: {program: secrets/script, sealed: true, args: [config/staging.yaml]}\n";
    trial.edit("federation.yaml", verified, &format!("{verified}{run}"));
    round(trial, 0);
}

/// Something to upgrade for.
fn round(trial: &Trial, number: usize) {
    std::fs::write(trial.repository().join("config/common/round.yaml"), format!("round: {number}\n"))
        .unwrap();
}

struct Tally<'e> {
    eyes: &'e Eyes,
    /// The private key, in the environment as CI has it.
    identity: Option<String>,
    runs: usize,
    calls: usize,
    hits: Vec<String>,
}

impl<'e> Tally<'e> {
    fn new(eyes: &'e Eyes, identity: Option<String>) -> Self {
        Self { eyes, identity, runs: 0, calls: 0, hits: Vec::new() }
    }

    fn command(&self, trial: &Trial, words: &[&str]) -> Command {
        // What belongs to `deploy` stands before what belongs to its program.
        let at = words.iter().position(|word| *word == "--").unwrap_or(words.len());
        let mut command = trial.command(&words[..at]);
        command.args(&words[at..]);
        let temporary = trial.home().join("tmp");
        std::fs::create_dir_all(&temporary).unwrap();
        command.env("TMPDIR", temporary);
        if let Some(identity) = &self.identity {
            command.env("AGE_IDENTITY", identity);
        }
        command
    }

    fn take(&mut self, what: &str, output: &std::process::Output, seen: &Seen) {
        self.runs += 1;
        self.calls += seen.calls();
        self.hits.extend(seen.hits(self.eyes).into_iter().map(|hit| format!("{what}: {hit}")));
        let streams = [("standard output", &output.stdout), ("standard error", &output.stderr)];
        // Plaintext on standard output is what `cat` is for; it goes into a pipe.
        for (stream, bytes) in streams.into_iter().skip(usize::from(what.starts_with("secrets cat"))) {
            self.hits.extend(self.eyes.hits(bytes).into_iter().map(|hit| format!("{what}: {stream}: {hit}")));
        }
    }

    fn run(&mut self, trial: &Trial, words: &[&str], code: i32) -> (Duration, String) {
        let began = Instant::now();
        let (output, seen) = Traced::start(&self.command(trial, words)).end();
        self.take(&words.join(" "), &output, &seen);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {said}{stderr}");
        (began.elapsed(), said)
    }

    /// Success, programs of the operator, a failure that tells all, and death at random points.
    fn lives(&mut self, trial: &Trial, kills: usize) {
        // Success, and it reached the cluster.
        let (took, said) = self.run(trial, &["staging", "--events", "-"], 0);
        assert!(said.contains("\"said\"") && said.contains("secrets/script"), "{said}");
        let namespace = trial.namespace("staging");
        let map = trial.kubectl(&["get", "configmap", "canary", "-n", &namespace, "-o", "jsonpath={.data}"]);
        assert!(map.contains(canary::VALUE) && map.contains(canary::CHART), "{map}");
        // Programs of the operator.
        let show = ["cat \"$KUBECONFIG\" \"$0\"", "secrets/config/staging.yaml"];
        let (_, said) = self.run(trial, &["exec", "staging", "--", "sh", "-c", show[0], show[1]], 0);
        assert!(said.contains("***"), "{said}");
        let script = ["secrets", "exec", "--", "secrets/script", "secrets/config/staging.yaml"];
        let (_, said) = self.run(trial, &script, 0);
        assert!(said.contains("***"), "{said}");
        let (_, said) = self.run(trial, &["secrets", "cat", "secrets/script"], 0);
        assert!(said.contains(canary::SCRIPT), "{said}");
        // Failure: a chart that blurts everything out.
        let blurt = trial.repository().join("mybinder/templates/blurt.yaml");
        let template = "{{ fail (printf \"%s %s %s\" .Values.canary.value (b64enc .Values.canary.nasty) (.Files.Get \"files/secrets/canary.py\")) }}";
        std::fs::write(&blurt, template).unwrap();
        let (_, said) = self.run(trial, &["staging", "--output", "json", "--progress", "json"], 1);
        assert!(said.contains("***"), "{said}");
        std::fs::remove_file(&blurt).unwrap();
        // SIGKILL at random points.
        for number in 1..=kills {
            round(trial, number);
            let mut traced = Traced::start(&self.command(trial, &["staging"]));
            std::thread::sleep(took.mul_f64((number as f64 * 0.618_033_988_75).fract()));
            let _ = traced.child.kill();
            let (output, seen) = traced.end();
            self.take("killed", &output, &seen);
        }
        // And what the last of them left is settled.
        self.run(trial, &["staging"], 0);
    }

    /// Nothing was seen, neither on the way nor on the disk.
    fn end(self, trial: Trial, disk: Disk, what: &str, kills: usize) {
        trial.kubectl(&["delete", "namespace", &trial.namespace("staging"), "--wait=false"]);
        drop(trial);
        let on_disk = self.eyes.hits(&disk.raw());
        println!(
            "{what}: {} runs, {kills} of them killed, {} calls seen: {} hits in calls and output, {} on the disk",
            self.runs,
            self.calls,
            self.hits.len(),
            on_disk.len()
        );
        assert_eq!((self.hits, on_disk), (Vec::new(), Vec::new()));
    }
}

/// How many runs are killed.
fn kills() -> usize {
    std::env::var("PROVE_SCALE").ok().and_then(|kills| kills.parse().ok()).unwrap_or(3)
}

/// A disk with a deployment on it, where all that this needs is at hand.
fn stage(test: &str, peers: &[&str]) -> Option<(Disk, Trial)> {
    for peer in peers {
        test_support::peer_or_skip(test, peer)?;
    }
    let Some(disk) = Disk::new() else {
        test_support::skip(test, "no file system can be mounted here (needs root)");
        return None;
    };
    let trial = Trial::within(test, &disk.at())?;
    plant(&trial);
    Some((disk, trial))
}

#[test]
fn no_secret_reaches_a_disk_an_argument_or_an_environment() {
    let Some((disk, trial)) = stage("deploy: residue", &["strace", "mkfs.ext4", "git-crypt"]) else { return };
    let eyes = Eyes::new();
    let mut tally = Tally::new(&eyes, None);
    tally.lives(&trial, kills());
    tally.end(trial, disk, "git-crypt's files", kills());
    the_same_eyes_see_git_crypt(&eyes);
}

/// The peer leaves plaintext in the work tree and, after its lock, on the disk.
fn the_same_eyes_see_git_crypt(eyes: &Eyes) {
    let disk = Disk::new().unwrap();
    let repository = disk.at().join("repository");
    std::fs::create_dir_all(repository.join("secrets")).unwrap();
    let fixture = test_support::fixtures().join("federation/test-git-crypt-key");
    let key = Key::from_bytes("the test key", &std::fs::read(&fixture).unwrap()).unwrap();
    let text = format!("token: {}\n{}", canary::VALUE, "filler: text\n".repeat(2000));
    std::fs::write(repository.join("secrets/values.yaml"), key.seal(text.as_bytes())).unwrap();
    let program = |program: &str, words: &[&str]| {
        let mut command = Command::new(program);
        command
            .args(words)
            .current_dir(&repository)
            .env_clear()
            .env("HOME", disk.at())
            .env("TMPDIR", disk.at());
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        command
    };
    let run = |name: &str, words: &[&str]| {
        let output = program(name, words).output().unwrap();
        assert!(output.status.success(), "{name} {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let author = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    run("git", &["init", "-q"]);
    run("git", &["add", "secrets/values.yaml"]);
    std::fs::write(repository.join(".gitattributes"), "secrets/** filter=git-crypt diff=git-crypt\n")
        .unwrap();
    run("git", &["add", ".gitattributes"]);
    run("git", &[&author[..], &["commit", "-qm", "sealed"]].concat());
    let (output, seen) =
        Traced::start(&program("git-crypt", &["unlock", fixture.canonicalize_utf8().unwrap().as_str()]))
            .end();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let calls = seen.hits(eyes);
    run("sync", &[]);
    run("git-crypt", &["lock"]);
    let (_, words) = Traced::start(&program("sh", &["-c", &format!(": {}", canary::VALUE)])).end();
    let (_, variable) = Traced::start(program("sh", &["-c", ":"]).env("TOKEN", canary::VALUE)).end();
    let on_disk = eyes.hits(&disk.raw());
    println!("git-crypt: {} hits in calls, {} on the disk after its lock", calls.len(), on_disk.len());
    assert!(!calls.is_empty() && !on_disk.is_empty(), "{calls:?} {on_disk:?}");
    assert!(
        !words.hits(eyes).is_empty() && !variable.hits(eyes).is_empty(),
        "arguments and environment are seen"
    );
}
