//! Locks that follow, with Helm's own digest.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use std::fs;
use std::process::Command;

use camino::Utf8Path;
use chart_bump::source::Index;
use chart_bump::{Deployment, Files, Notice, Origin, Plan, write_files};
use jiff::Timestamp;

/// As `helm dependency update` of 3.19.5 read and wrote it: tags, pairs and signs that Go escapes.
const PARENT: &str = r#"apiVersion: v2
name: parent
version: 0.0.1-set.by.chartpress
dependencies:
  # é <b> & co
  - name: a
    version: ">= 1.2.0 <2.0.0"
    repository: file://../a
    condition: a.enabled
    tags: [x, "y & z"]
    import-values:
      - data
      - {parent: imported, child: "exports.<x>"}
  - name: b
    alias: other
    version: "0.2.0-0.dev.git.267.h766bf8f"
    repository: "file://../b"
"#;

const LOCK: &str = r#"dependencies:
- name: a
  repository: file://../a
  version: 1.2.3
- name: b
  repository: file://../b
  version: 0.2.0-0.dev.git.267.h766bf8f
digest: sha256:40b0ee5f395be4892c7c7225a7cd06c22a81691bfd739162b5edbd258720a6c8
generated: "2026-11-28T10:34:18.520108028Z"
"#;

const OLD: &str = "0.2.0-0.dev.git.267.h766bf8f";
const NEW: &str = "0.2.0-0.dev.git.300.habcdef1";

fn folder(lock: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in [("parent/Chart.yaml", PARENT), ("parent/Chart.lock", lock)] {
        fs::create_dir_all(folder.path().join("parent")).unwrap();
        fs::write(folder.path().join(file), text).unwrap();
    }
    folder
}

async fn plan(root: &Utf8Path, target: &str) -> Plan {
    let deployment = Deployment::read(&Files::Folder(root.to_owned())).await.unwrap();
    let subject = deployment.subject("b").unwrap();
    let digests = [(OLD, "0".repeat(64)), (NEW, "1".repeat(64))];
    let list = digests.map(|(version, digest)| format!("{{version: {version}, digest: \"{digest}\"}}"));
    let index = format!("entries: {{b: [{}]}}\n", list.join(", "));
    let index = Index::parse(Origin::File("i".into()), "b", index.as_bytes()).unwrap();
    let rules = subject.rules(&deployment);
    let rules = chart_bump::Rules { allow: [chart_bump::Guard::Downgrade].into_iter().collect(), ..rules };
    let plan = Plan::new("b", subject.found, &target.parse().unwrap(), &index.into(), &rules).unwrap();
    plan.with_locks("b", &deployment, Timestamp::UNIX_EPOCH).unwrap()
}

#[tokio::test]
async fn a_lock_in_step_follows_byte_by_byte_and_comes_back() {
    let folder = folder(LOCK);
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let there = plan(root, NEW).await;
    let files: Vec<&str> = there.files.iter().map(|file| file.file.as_str()).collect();
    assert_eq!(files, ["parent/Chart.yaml", "parent/Chart.lock", "parent/Chart.lock.sha256"]);
    write_files(root, &there.files).unwrap();
    let read = |file: &str| fs::read_to_string(root.join(file)).unwrap();
    assert_eq!(read("parent/Chart.lock.sha256"), format!("{}  charts/b-{NEW}.tgz\n", "1".repeat(64)));
    let lock = read("parent/Chart.lock");
    assert!(lock.contains(&format!("  version: {NEW}\ndigest: sha256:")), "{lock}");
    assert!(lock.contains("generated: \"1970-01-01T00:00:00Z\"\n"), "{lock}");

    write_files(root, &plan(root, OLD).await.files).unwrap();
    let lock = read("parent/Chart.lock").replace("1970-01-01T00:00:00Z", "2026-11-28T10:34:18.520108028Z");
    assert_eq!((lock.as_str(), read("parent/Chart.yaml").as_str()), (LOCK, PARENT));
}

#[tokio::test]
async fn a_lock_out_of_step_stays_and_is_named() {
    for lock in [
        LOCK.replace("version: 1.2.3", "version: 1.2.4"),
        "dependencies: []\n".to_owned(),
        "- x\n".to_owned(),
    ] {
        let folder = folder(&lock);
        let plan = plan(Utf8Path::from_path(folder.path()).unwrap(), NEW).await;
        assert_eq!(plan.files.len(), 1);
        assert!(
            matches!(plan.notices.as_slice(), [Notice::StaleLock { file }] if file == "parent/Chart.lock")
        );
    }
}

/// Helm itself builds from the lock that we wrote, and would have written the same digest.
#[tokio::test]
async fn helm_takes_the_lock_for_its_own() {
    let Some(sandbox) = test_support::Sandbox::or_skip("helm_takes_the_lock_for_its_own") else {
        return;
    };
    for helm in [sandbox.helm.v3, sandbox.helm.v4].into_iter().flatten() {
        let folder = folder(LOCK);
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let chart = |name: &str, version: &str| {
            fs::create_dir_all(root.join(name)).unwrap();
            let text = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
            fs::write(root.join(name).join("Chart.yaml"), text).unwrap();
        };
        chart("a", "1.2.3");
        chart("b", OLD);
        #[expect(clippy::disallowed_methods, reason = "a peer that the test compares with")]
        let run = |args: &[&str]| {
            let output = Command::new(&helm).args(args).current_dir(root).env("HOME", root).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        let digest = || {
            let lock = fs::read_to_string(root.join("parent/Chart.lock")).unwrap();
            lock.lines().find(|line| line.starts_with("digest:")).unwrap().to_owned()
        };
        run(&["dependency", "update", "parent"]);
        let plan = plan(root, NEW).await;
        assert!(plan.notices.is_empty(), "{:?}", plan.notices);
        write_files(root, &plan.files).unwrap();
        chart("b", NEW);
        let ours = digest();
        run(&["dependency", "build", "parent"]);
        run(&["dependency", "update", "parent"]);
        assert_eq!(ours, digest(), "{helm}");
    }
}
