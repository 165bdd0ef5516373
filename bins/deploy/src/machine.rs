//! Which machine and process this is, so that another run here can tell that ours is gone.

mod memory;

use deploy_ledger::{Holder, Process};
pub(crate) use memory::{may_be_swapped, shield};

/// The name of this machine.
pub(crate) fn host() -> String {
    let read = std::fs::read_to_string("/proc/sys/kernel/hostname");
    read.map_or_else(|_| "unknown".to_owned(), |name| name.trim().to_owned())
}

/// This process; none where the system does not tell.
pub(crate) fn process() -> Option<Process> {
    let pid = std::process::id();
    Some(Process { pid, started: started(pid)?, boot: boot()? })
}

/// Whether a holder is known to be dead: it ran on this machine since this boot, and is no more.
pub(crate) fn is_gone(holder: &Holder) -> bool {
    let Some(process) = &holder.process else { return false };
    // The boot id is of one machine; another host with the same name has another one.
    if boot().as_ref() != Some(&process.boot) {
        return false;
    }
    started(process.pid) != Some(process.started)
}

fn boot() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    // Process numbers mean something within one namespace only: a container sees others' numbers as free.
    let namespace = std::fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{}/{}", id.trim(), namespace.to_string_lossy()))
}

/// Start of a process in clock ticks since boot: field 22, counted after the name in brackets.
fn started(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace();
    // A zombie still has a number and a start, and will never renew a lock.
    if fields.next() == Some("Z") {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_dead_process_of_this_boot_is_gone() {
        let holder = |process| Holder {
            run: "r".into(),
            who: "ada".into(),
            host: host(),
            commit: None,
            process: Some(process),
        };
        let own = process().expect("Linux tells");
        assert!(!is_gone(&holder(own.clone())));
        assert!(is_gone(&holder(Process { started: own.started + 1, ..own.clone() })), "a number used again");
        assert!(!is_gone(&holder(Process { boot: "another".into(), pid: 1, ..own })), "another machine");
    }
}
