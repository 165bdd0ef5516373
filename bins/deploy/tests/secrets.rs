//! No opened secret shows anywhere: not in argv, environment, output, log, ledger or any file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use camino::{Utf8Path, Utf8PathBuf};
use common::{BINDERHUB, Said, Trial};
use secret_vault::Key;

/// The opened values of the fixture, each as it stands, in base64 and in hexadecimal.
struct Canaries(Vec<Vec<u8>>);

impl Canaries {
    fn of(trial: &Trial) -> Self {
        let repository = trial.repository();
        let key = std::fs::read(repository.join("test-git-crypt-key")).unwrap();
        let key = Key::from_bytes("the test key", &key).unwrap();
        let mut found = Vec::new();
        for file in files(&repository.join("secrets")) {
            let opened = key.open(&file, &std::fs::read(&file).unwrap()).unwrap();
            found.extend(opened.secrets().iter().map(|secret| secret.expose().to_vec()));
        }
        found.retain(|value| value.len() >= 8);
        assert!(found.len() >= 5, "the fixture has secrets");
        let hex =
            |value: &Vec<u8>| value.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes();
        let more: Vec<Vec<u8>> = found.iter().flat_map(|value| [hex(value), base64(value)]).collect();
        found.extend(more);
        Self(found)
    }

    fn hits(&self, what: &str, bytes: &[u8]) -> Vec<String> {
        let holds = |canary: &&Vec<u8>| bytes.windows(canary.len()).any(|window| window == canary.as_slice());
        self.0
            .iter()
            .filter(holds)
            .map(|canary| format!("{what} holds {}", String::from_utf8_lossy(canary)))
            .collect()
    }

    fn hits_in_files(&self, folder: &Utf8Path) -> Vec<String> {
        files(folder)
            .iter()
            .flat_map(|file| self.hits(file.as_str(), &std::fs::read(file).unwrap_or_default()))
            .collect()
    }

    /// Arguments and environment of every process of this machine.
    fn hits_in_processes(&self) -> Vec<String> {
        let mut found = Vec::new();
        for process in std::fs::read_dir("/proc").unwrap().filter_map(Result::ok) {
            for part in ["cmdline", "environ"] {
                let bytes = std::fs::read(process.path().join(part)).unwrap_or_default();
                found.extend(self.hits(&format!("{} of a process", part), &bytes));
            }
        }
        found
    }
}

/// Base64 without its end, which depends on what follows.
fn base64(bytes: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |chunk: &[u8]| {
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
        [18, 12, 6, 0].map(|shift| LETTERS[(word >> shift & 63) as usize])
    };
    bytes.chunks_exact(3).flat_map(group).collect()
}

fn files(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let Ok(entries) = folder.read_dir_utf8() else { return Vec::new() };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.into_path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Runs `deploy` while every process of the machine is looked at, again and again.
fn watched(trial: &Trial, canaries: &Arc<Canaries>, words: &[&str]) -> (Said, BTreeSet<String>) {
    let over = Arc::new(AtomicBool::new(false));
    let looker = std::thread::spawn({
        let (over, canaries) = (Arc::clone(&over), Arc::clone(canaries));
        move || {
            let mut found = BTreeSet::new();
            while !over.load(Ordering::SeqCst) {
                found.extend(canaries.hits_in_processes());
            }
            found
        }
    });
    let temporary = trial.home().join("tmp");
    std::fs::create_dir_all(&temporary).unwrap();
    let said = Said::of(trial.command(words).env("TMPDIR", temporary).output().unwrap());
    over.store(true, Ordering::SeqCst);
    (said, looker.join().unwrap())
}

/// Everything that a run leaves, but for Helm's own release Secrets and our copy of the verified one.
fn residue(trial: &Trial, canaries: &Canaries, said: &Said) -> Vec<String> {
    let namespace = trial.namespace("staging");
    let records = trial.kubectl(&["get", "configmaps,leases,events", "-n", &namespace, "-o", "yaml"]);
    let mut found = canaries.hits_in_files(trial.home());
    found.extend(canaries.hits("standard output", said.stdout.as_bytes()));
    found.extend(canaries.hits("standard error", said.stderr.as_bytes()));
    found.extend(canaries.hits("ledger, lease or events", records.as_bytes()));
    found
}

#[test]
fn nothing_shows_in_a_green_run_a_red_run_and_a_failing_template() {
    let Some(trial) = Trial::new("deploy: secrets") else { return };
    let canaries = Arc::new(Canaries::of(&trial));

    let (green, seen) = watched(&trial, &canaries, &["staging", "--events", "-"]);
    assert_eq!(green.code, Some(0), "{green}");
    assert!(seen.is_empty(), "{seen:?}");
    assert_eq!(residue(&trial, &canaries, &green), Vec::<String>::new());

    trial.set_tag("staging", &format!("{BINDERHUB}-crash-loop"));
    let (red, seen) = watched(&trial, &canaries, &["staging", "--output", "json", "--progress", "json"]);
    assert_eq!(red.code, Some(4), "{red}");
    assert!(seen.is_empty(), "{seen:?}");
    assert_eq!(residue(&trial, &canaries, &red), Vec::<String>::new());

    // A chart that blurts a secret out in its error message.
    let template = "{{ fail (printf \"the token is %s, or %s\" .Values.binderhub.jupyterhub.proxy.secretToken \
                    (b64enc .Values.binderhub.jupyterhub.hub.cookieSecret)) }}\n";
    std::fs::write(trial.repository().join("mybinder/templates/blurt.yaml"), template).unwrap();
    let (blurted, seen) = watched(&trial, &canaries, &["staging"]);
    assert_eq!(blurted.code, Some(1), "{blurted}");
    assert!(blurted.stdout.contains("the token is ***"), "{blurted}");
    assert!(seen.is_empty(), "{seen:?}");
    assert_eq!(residue(&trial, &canaries, &blurted), Vec::<String>::new());

    // The same eyes see a secret where there is one: in a file, in an argument, in an environment.
    let value = String::from_utf8(canaries.0[0].clone()).unwrap();
    std::fs::write(trial.home().join("leak"), format!("x{value}x")).unwrap();
    assert_eq!(canaries.hits_in_files(trial.home()).len(), 1);
    let mut leak = std::process::Command::new("sleep").arg("60").env("LEAK", &value).spawn().unwrap();
    assert!(canaries.hits_in_processes().iter().any(|hit| hit.starts_with("environ")));
    leak.kill().unwrap();
    leak.wait().unwrap();
}
