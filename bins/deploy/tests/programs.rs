//! Steps that run programs of the repository: what they are handed, what is told of them, and how they are undone.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod common;

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use common::{BINDERHUB, Said, Trial, run};
use secret_vault::Key;

const TOKEN: &str = "Zq7correctHorse9battery";

/// Before the release, after it, or both; each entry is the text of a step.
fn steps(trial: &Trial, before: &str, after: &str) {
    trial.edit("federation.yaml", "    - helm:\n", &format!("{before}    - helm:\n"));
    let end = "        verify: true                       # the checks judge this release\n";
    trial.edit("federation.yaml", end, &format!("{end}{after}"));
}

fn script(trial: &Trial, file: &str, text: &str, mode: u32) {
    let path = trial.repository().join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn seal(trial: &Trial, file: &str, text: &str) {
    let key = std::fs::read(trial.repository().join("test-git-crypt-key")).unwrap();
    let key = Key::from_bytes("the test key", &key).unwrap();
    std::fs::write(trial.repository().join(file), key.seal(text.as_bytes())).unwrap();
}

/// A program that notes each call in a file, and fails where another one tells it to.
const NOTES: &str = "#!/bin/sh\necho \"$@\" >> \"$HOME/notes\"\necho \"called with $*\"\n\
    case $1 in do) if [ -e \"$HOME/fail\" ]; then echo \"no such host\" >&2; exit 3; fi ;; esac\n";

fn notes(trial: &Trial) -> Vec<String> {
    let text = std::fs::read_to_string(trial.home().join("notes")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn fails(trial: &Trial) {
    std::fs::write(trial.home().join("fail"), "").unwrap();
}

#[test]
fn a_sealed_program_has_the_cluster_of_its_member_and_its_output_is_masked() {
    let Some(trial) = Trial::new("deploy: sealed program") else { return };
    let login = std::fs::read_to_string(&trial.sandbox.kubeconfig).unwrap();
    seal(&trial, "secrets/kubeconfig.yaml", &login);
    let body = format!(
        "#!/bin/sh\ntoken={TOKEN}\necho \"$0 $KUBECONFIG $DEPLOY_MEMBER $token\"\necho \"$token\" | base64 >&2\n\
         tr '\\0' ' ' < /proc/self/cmdline; echo\n\"$1\" get namespace \"$2\" -o name\npwd; [ -e secrets/ban ] && env\n"
    );
    seal(&trial, "secrets/ban", &body);
    let kubectl = trial.sandbox.kubectl.clone().unwrap();
    let namespace = trial.namespace("staging");
    let step = format!(
        "    - run: {{name: ban, program: secrets/ban, sealed: true, args: [{kubectl}, \"{namespace}\"], timeout: 60s}}\n"
    );
    steps(&trial, "", &step);
    trial.edit(
        "federation.yaml",
        "staging: {wave: staging,",
        "staging: {wave: staging, kubeconfig: {file: secrets/kubeconfig.yaml, sealed: true},",
    );
    let said = trial.deploy(&["staging"]);
    assert_eq!(said.code, Some(0), "{said}");
    let logs = trial.logs();
    for wanted in ["/proc/self/fd/", "secrets/ban:token***", &format!("namespace/{namespace}")] {
        assert!(logs.contains(wanted), "no {wanted:?} in {logs}");
    }
    assert!(said.stderr.contains("run       ban: namespace/"), "{said}");
    assert!(said.stdout.contains("program ban done in"), "{said}");
    for seen in [&said.stdout, &said.stderr, &logs] {
        assert!(!seen.contains(TOKEN) && !seen.contains("WnE3Y29ycmVjdEhvcnNlOWJhdHRlcnk"), "{seen}");
        assert!(!seen.contains("GIT_CRYPT_KEY"), "{seen}");
    }
    // A program is always run; the release stays as it is.
    let again = trial.deploy(&["staging"]);
    assert_eq!(again.code, Some(0), "{again}");
    assert!(again.stderr.contains("skipped: everything is as planned already"), "{again}");
    assert!(again.stdout.contains("program ban done"), "{again}");
    assert_eq!(trial.statuses("staging"), ["deployed"]);
}

#[test]
fn programs_run_in_the_order_of_the_steps_for_each_member() {
    let Some(trial) = Trial::new("deploy: order of programs") else { return };
    script(&trial, "bin/note", NOTES, 0o755);
    steps(
        &trial,
        "    - run: {name: first, program: bin/note, args: [do, first, \"{member}\"]}\n",
        "    - run: {name: last, program: bin/note, args: [do, last, \"{member}\"]}\n",
    );
    let said = trial.deploy(&["staging", "ovh"]);
    assert_eq!(said.code, Some(0), "{said}");
    assert_eq!(notes(&trial), ["do first staging", "do last staging", "do first ovh", "do last ovh"]);
    let logs = trial.logs();
    let at = |text: &str| logs.find(text).unwrap_or_else(|| panic!("no {text} in {logs}"));
    assert!(at("first done") < at("\"kind\":\"released\"") && at("\"kind\":\"released\"") < at("last done"));
    assert!(at("last done") < at("\"kind\":\"verified\""), "{logs}");
}

#[test]
fn a_program_that_fails_ends_the_stage_with_its_last_words_and_all_is_put_back() {
    let Some(trial) = Trial::new("deploy: failing program") else { return };
    script(&trial, "bin/note", NOTES, 0o755);
    trial.install();
    steps(
        &trial,
        "    - run: {name: first, program: bin/note, args: [warm], undo: [undo, first]}\n",
        "    - run: {name: last, program: bin/note, args: [do, last], undo: [undo, last]}\n",
    );
    trial.edit(
        "federation.yaml",
        "config/{member}.yaml\n",
        "config/{member}.yaml\n          - config/more.yaml\n",
    );
    std::fs::write(trial.repository().join("config/more.yaml"), "round: 2\n").unwrap();
    trial.set_tag("staging", BINDERHUB);
    fails(&trial);
    let said = trial.deploy(&["staging"]);
    assert_eq!(said.code, Some(4), "{said}");
    assert_eq!(notes(&trial), ["warm", "do last", "undo last", "undo first"]);
    for wanted in
        ["run.program", "step `last` failed: bin/note ended with exit code 3", "no such host", "on-failure"]
    {
        assert!(said.stdout.contains(wanted), "no {wanted:?} in {said}");
    }
    assert_eq!(trial.statuses("staging").last().unwrap(), "deployed");
    // What failed is told, and nothing stays in the way of the next run.
    std::fs::remove_file(trial.home().join("fail")).unwrap();
    let next = trial.deploy(&["staging"]);
    assert_eq!(next.code, Some(0), "{next}");
    assert!(!next.stderr.contains("settled what"), "{next}");
}

#[test]
fn a_failure_may_be_let_pass() {
    let Some(trial) = Trial::new("deploy: failure let pass") else { return };
    script(&trial, "bin/note", NOTES, 0o755);
    steps(&trial, "    - run: {program: bin/note, args: [do], on-failure: continue}\n", "");
    fails(&trial);
    let said = trial.deploy(&["staging"]);
    assert_eq!(said.code, Some(0), "{said}");
    assert!(said.stdout.contains("warning[run.program]: step `note` failed"), "{said}");
    assert_eq!(trial.statuses("staging"), ["deployed"]);
}

#[test]
fn a_program_that_does_not_end_is_ended_with_all_that_it_started() {
    let Some(trial) = Trial::new("deploy: endless program") else { return };
    let text = "#!/bin/sh\nsleep 1000 & echo $! > \"$HOME/pid\"\nwait\n";
    script(&trial, "bin/wait", text, 0o755);
    steps(&trial, "    - run: {program: bin/wait, timeout: 1s}\n", "");
    let said = trial.deploy(&["staging"]);
    assert_eq!(said.code, Some(4), "{said}");
    assert!(said.stdout.contains("bin/wait did not end within 1 s"), "{said}");
    let pid = std::fs::read_to_string(trial.home().join("pid")).unwrap();
    let state = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    // Nobody may have collected it yet.
    assert!(state.is_empty() || state.contains(") Z "), "the program's child lives: {state}");
    assert_eq!(trial.kubectl(&["get", "secrets", "-n", &trial.namespace("staging"), "-o", "name"]), "");
}

#[test]
fn what_cannot_be_started_is_refused_before_anything_is_written() {
    let Some(trial) = Trial::new("deploy: programs refused") else { return };
    steps(&trial, "", "    - run: {name: warm, program: bin/warm, args: []}\n");
    let missing = trial.deploy(&["staging"]);
    assert_eq!(missing.code, Some(2), "{missing}");
    assert!(missing.stdout.contains("run.file"), "{missing}");
    script(&trial, "bin/warm", NOTES, 0o644);
    let plain = trial.deploy(&["staging"]);
    assert_eq!(plain.code, Some(2), "{plain}");
    assert!(plain.stdout.contains("run.not_executable"), "{plain}");
    trial.edit("federation.yaml", "program: bin/warm, args: []", "program: secrets/warm, sealed: true");
    seal(&trial, "secrets/warm", "echo without a first line\n");
    let nameless = trial.deploy(&["staging"]);
    assert_eq!(nameless.code, Some(2), "{nameless}");
    assert!(nameless.stdout.contains("child.no_interpreter"), "{nameless}");
    let namespaces = trial.kubectl(&["get", "namespaces", "-o", "name"]);
    assert!(!namespaces.contains(&trial.namespace("staging")), "{namespaces}");
}

/// A program that waits until its run is ended; what it did can be undone.
fn waiting(trial: &Trial) {
    let text = format!("{NOTES}case $1 in do) exec sleep 1000 ;; esac\n");
    script(trial, "bin/note", &text, 0o755);
    steps(trial, "", "    - run: {name: slow, program: bin/note, args: [do], undo: [undo]}\n");
}

#[test]
fn a_run_that_is_stopped_in_a_program_undoes_it() {
    let Some(trial) = Trial::new("deploy: stopped in a program") else { return };
    waiting(&trial);
    let deploy = trial.start(&["staging"]);
    trial.wait_until("the program", |logs| logs.contains("called with do"));
    run(Command::new("kill").args(["-INT", &deploy.id().to_string()]));
    let said = Said::of(deploy.wait_with_output().unwrap());
    assert_eq!(said.code, Some(130), "{said}");
    assert_eq!(notes(&trial), ["do", "undo"]);
    assert!(said.stderr.contains("slow undone"), "{said}");
}

#[test]
fn a_program_of_a_dead_run_is_undone_by_the_next() {
    let Some(trial) = Trial::new("deploy: killed in a program") else { return };
    trial.install();
    waiting(&trial);
    let mut deploy = trial.start(&["staging"]);
    trial.wait_until("the program", |logs| logs.contains("called with do"));
    run(Command::new("kill").args(["-KILL", &deploy.id().to_string()]));
    deploy.wait().unwrap();
    script(&trial, "bin/note", NOTES, 0o755);
    let next = trial.deploy(&["staging"]);
    assert_eq!(next.code, Some(0), "{next}");
    assert!(next.stderr.contains("slow undone") && next.stderr.contains("settled what run"), "{next}");
    assert_eq!(notes(&trial), ["do", "undo", "do"]);
}

#[test]
fn what_cannot_be_undone_needs_a_person_and_is_tried_again_first() {
    let Some(trial) = Trial::new("deploy: program not undone") else { return };
    script(&trial, "bin/note", NOTES, 0o755);
    steps(&trial, "    - run: {name: ban, program: bin/note, args: [do, ban], undo: [do, lift]}\n", "");
    fails(&trial);
    let said = trial.deploy(&["staging"]);
    assert_eq!(said.code, Some(5), "{said}");
    for wanted in
        ["step `ban` failed: bin/note ended", "step `ban` could not be undone: bin/note ended", "it said:"]
    {
        assert!(said.stdout.contains(wanted), "no {wanted:?} in {said}");
    }
    std::fs::remove_file(trial.home().join("fail")).unwrap();
    let next = trial.deploy(&["staging"]);
    assert_eq!(next.code, Some(0), "{next}");
    assert_eq!(notes(&trial), ["do ban", "do lift", "do lift", "do ban"]);
}
