//! Starts processes that outlive their starter, and knows them again without trusting a name.

use camino::Utf8Path;
use rustix::process::{Pid, Signal};
use serde::{Deserialize, Serialize};
use std::os::unix::process::CommandExt as _;
use std::process::Stdio;

use crate::{Error, error};

/// A process that the sandbox started. A pid alone is reused; with its start and the boot of the
/// machine it names one process for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Process {
    /// The component's name.
    pub(crate) name: String,
    pub(crate) pid: i32,
    /// Clock ticks from the machine's boot to the process's start.
    started: u64,
    /// The machine's boot.
    boot: String,
}

/// What the kernel says of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    ended: bool,
    started: u64,
}

impl Process {
    /// Starts `program` in a process group of its own, so that neither Ctrl-C nor the end of the
    /// starter reaches it; what it prints goes to the end of `log`.
    #[expect(
        clippy::disallowed_methods,
        reason = "this crate runs a control plane of processes for tests; it ships in no binary"
    )]
    pub(crate) fn start(
        name: &str,
        program: &Utf8Path,
        arguments: &[String],
        environment: &[(String, String)],
        log: &Utf8Path,
    ) -> Result<Self, Error> {
        let output = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .map_err(error::io("create", log))?;
        let errors = output.try_clone().map_err(error::io("create", log))?;
        let mut command = std::process::Command::new(program);
        child::inherit_none(&mut command);
        let mut child = command
            .args(arguments)
            .envs(environment.iter().map(|(key, value)| (key, value)))
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .map_err(error::io("start", program))?;
        let pid = i32::try_from(child.id()).unwrap_or_default();
        let seen = see(pid).map_err(error::io("watch", program))?;
        // Without a parent that waits, a process that ends stays in the table as long as we live.
        std::thread::spawn(move || child.wait());
        Ok(Self { name: name.to_owned(), pid, started: seen.started, boot: boot()? })
    }

    /// Whether it still runs.
    pub(crate) fn alive(&self) -> bool {
        self.seen().is_some()
    }

    /// Its memory in bytes, while it runs.
    pub(crate) fn resident(&self) -> Option<u64> {
        self.seen()?;
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kibibytes * 1024)
    }

    fn seen(&self) -> Option<Seen> {
        let same_boot = boot().is_ok_and(|boot| boot == self.boot);
        see(self.pid).ok().filter(|seen| same_boot && !seen.ended && seen.started == self.started)
    }

    /// Asks it and its children to end.
    pub(crate) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends it and its children.
    pub(crate) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        if let (true, Some(pid)) = (self.alive(), Pid::from_raw(self.pid)) {
            // It leads its own group; an error means that it ended by itself meanwhile.
            let _ = rustix::process::kill_process_group(pid, signal);
        }
    }
}

fn boot() -> Result<String, Error> {
    let path = "/proc/sys/kernel/random/boot_id";
    let text = std::fs::read_to_string(path).map_err(error::io("read", path))?;
    Ok(text.trim().to_owned())
}

fn see(pid: i32) -> std::io::Result<Seen> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    parse(&text).ok_or_else(|| std::io::Error::other("an unknown form of /proc/PID/stat"))
}

/// Reads `/proc/PID/stat`; the program's name in it may hold blanks and brackets.
fn parse(stat: &str) -> Option<Seen> {
    let (_, after_name) = stat.rsplit_once(')')?;
    // Field 3 of proc_pid_stat(5) is the first one here.
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    Some(Seen { ended: matches!(fields.first()?, &"Z" | &"X"), started: fields.get(22 - 3)?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper(folder: &Utf8Path) -> Process {
        let log = folder.join("log");
        Process::start("sleep", "sleep".into(), &["60".to_owned()], &[], &log).unwrap()
    }

    #[test]
    fn the_name_of_a_program_does_not_confuse_the_parser() {
        let line = "42 (a) b (c) S 1 42 42 0 -1 4194560 130 0 0 0 0 0 0 0 20 0 1 0 777 \
                    8192 33 18446744073709551615 0 0";
        let seen = Seen { ended: false, started: 777 };
        assert_eq!(parse(line), Some(seen));
        assert_eq!(parse("42 (a"), None);
    }

    #[test]
    fn a_process_is_known_until_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let process = sleeper(folder.path().try_into().unwrap());
        assert!(process.alive() && process.resident().is_some());
        process.kill();
        while process.alive() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    #[test]
    fn a_lock_of_the_starter_is_not_held_by_what_it_starts() {
        let folder = tempfile::tempdir().unwrap();
        let lock = tempfile::NamedTempFile::new().unwrap();
        rustix::io::fcntl_setfd(lock.as_file(), rustix::io::FdFlags::empty()).unwrap();
        let process = sleeper(folder.path().try_into().unwrap());
        let holds_it = |pid: &str| {
            let mut open = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
            open.any(|entry| std::fs::read_link(entry.unwrap().path()).is_ok_and(|file| file == lock.path()))
        };
        assert!(holds_it("self") && !holds_it(&process.pid.to_string()));
        process.kill();
    }

    #[test]
    fn another_process_with_the_same_pid_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let process = sleeper(folder.path().try_into().unwrap());
        let reused = Process { started: process.started + 1, ..process.clone() };
        let before_reboot = Process { boot: "another".to_owned(), ..process.clone() };
        for stranger in [reused, before_reboot] {
            assert!(!stranger.alive());
            stranger.kill();
        }
        assert!(process.alive());
        process.kill();
    }
}
