//! A shielded process, seen from inside and from a child of it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests stop at the first surprise")]

use rustix::process::{DumpableBehavior, dumpable_behavior};

#[test]
fn a_shielded_process_and_its_children_leave_no_dump() {
    assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::Dumpable);
    secret_vault::shield().unwrap();
    secret_vault::shield().unwrap();
    assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    let directory = tempfile::tempdir().unwrap();
    let mut child = std::process::Command::new("/bin/sh");
    let child = child.args(["-c", "ulimit -c; kill -ABRT $$"]).current_dir(&directory).output().unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&child.status), Some(6));
    assert!(!std::os::unix::process::ExitStatusExt::core_dumped(&child.status));
    assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 0);

    let locked = secret_vault::lock_everything();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmLck:")).unwrap();
    assert_eq!(locked, line.trim() != "0 kB", "{line}");
}
