//! Deployments out of an unlocked clone, by the key that it keeps.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod common;

use std::process::Command;

use common::{Said, Trial, run};

fn git(trial: &Trial, words: &[&str]) -> String {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=t", "-c", "user.email=t@example.org"]).args(words);
    git.env("HOME", trial.home()).env("GIT_CONFIG_NOSYSTEM", "1").env("PATH", std::env::var("PATH").unwrap());
    run(git.current_dir(trial.repository()))
}

#[test]
fn an_unlocked_clone_needs_no_other_key() {
    let Some(trial) = Trial::new("deploy: unlocked clone") else { return };
    let key = trial.home().join("key");
    std::fs::rename(trial.repository().join("test-git-crypt-key"), &key).unwrap();
    git(&trial, &["init", "-q"]);
    git(&trial, &["add", "-A"]);
    git(&trial, &["commit", "-q", "-m", "sealed"]);
    let deploy = |words: &[&str]| Said::of(trial.keyless(words).output().unwrap());
    let locked = deploy(&["plan", "staging"]);
    assert_eq!(locked.code, Some(1), "{locked}");
    assert!(locked.stdout.contains("run.no_key"), "{locked}");

    let unlocked = deploy(&["secrets", "unlock", key.as_str()]);
    assert_eq!(unlocked.code, Some(0), "{unlocked}");
    let open = std::fs::read_to_string(trial.repository().join("secrets/config/staging.yaml")).unwrap();
    assert!(open.contains(':'), "it lies open: {open}");
    let said = deploy(&["staging"]);
    assert_eq!(said.code, Some(0), "{said}");
    assert!(said.stderr.contains("files opened in memory"), "{said}");
    let again = deploy(&["staging"]);
    assert!(again.stdout.contains("nothing to change"), "{again}");

    // Plaintext that was staged past the filter is refused here as well.
    let file = "secrets/config/staging.yaml";
    let id = git(&trial, &["hash-object", "-w", "--no-filters", file]);
    git(&trial, &["update-index", "--cacheinfo", &format!("100644,{},{file}", id.trim())]);
    let bare = deploy(&["plan", "staging"]);
    assert_eq!(bare.code, Some(1), "{bare}");
    assert!(bare.stdout.contains("vault.plaintext"), "{bare}");
}
