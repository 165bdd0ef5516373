//! The same of a repository that moved to age, beside age's own tool.

use std::process::Command;

use secrecy::ExposeSecret as _;
use secret_vault::age::Identities;

use crate::canary::{self, Eyes};
use crate::common::{Trial, run};
use crate::disk::Disk;
use crate::trace::Traced;
use crate::{Tally, kills, stage};

/// Commits everything that lies in the repository.
fn commit(trial: &Trial, what: &str) {
    let git = |words: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.org"]).args(words);
        run(git.env("HOME", trial.home()).env("GIT_CONFIG_NOSYSTEM", "1").current_dir(trial.repository()))
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", what]);
}

#[test]
fn nor_does_one_that_is_sealed_with_age() {
    let Some((disk, trial)) = stage("deploy: residue of age", &["strace", "mkfs.ext4", "age"]) else {
        return;
    };
    let (identities, text) = Identities::generate();
    let reader = identities.recipients()[0].as_str().to_owned();
    std::fs::write(trial.repository().join("secrets/recipients.txt"), format!("ops {reader}\n")).unwrap();
    commit(&trial, "git-crypt");
    let eyes = Eyes::new();
    let mut tally = Tally::new(&eyes, Some(text.expose_secret().to_owned()));
    tally.run(&trial, &["secrets", "migrate", "--to", "age"], 0);
    let secrets = "secrets: {age: {recipients: secrets/recipients.txt}}";
    trial.edit("federation.yaml", "secrets: {git-crypt: true}", secrets);
    commit(&trial, "age");
    assert!(std::fs::read(trial.repository().join("secrets/script")).unwrap().starts_with(b"age-"));
    tally.lives(&trial, kills());
    tally.run(&trial, &["secrets", "rotate"], 0);
    tally.run(&trial, &["secrets", "status"], 0);
    let sealed = std::fs::read(trial.repository().join("secrets/script")).unwrap();
    tally.end(trial, disk, "age's files", kills());
    the_same_eyes_see_age(&eyes, &sealed, text.expose_secret());
}

/// Whoever opens a file with age's own tool has it on the disk.
fn the_same_eyes_see_age(eyes: &Eyes, sealed: &[u8], identity: &str) {
    let disk = Disk::new().unwrap();
    std::fs::write(disk.at().join("key"), identity).unwrap();
    std::fs::write(disk.at().join("script.age"), sealed).unwrap();
    let mut age = Command::new("age");
    age.args(["--decrypt", "--identity", "key", "--output", "script", "script.age"]);
    age.env_clear().env("PATH", std::env::var("PATH").unwrap_or_default()).current_dir(disk.at());
    let (output, seen) = Traced::start(&age).end();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    run(&mut Command::new("sync"));
    std::fs::remove_file(disk.at().join("script")).unwrap();
    let (calls, on_disk) = (seen.hits(eyes), eyes.hits(&disk.raw()));
    println!("age: {} hits in calls, {} on the disk after its file was removed", calls.len(), on_disk.len());
    assert!(!calls.is_empty() && !on_disk.is_empty(), "{calls:?} {on_disk:?}");
    assert!(on_disk.iter().any(|hit| hit.contains(canary::SCRIPT)), "{on_disk:?}");
}
