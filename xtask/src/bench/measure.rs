//! Runs a program to its end and tells what it took.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

/// What programs took, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// When the last one ended.
    pub(crate) ended: Timestamp,
    /// Whether all of them ended well.
    pub(crate) success: bool,
    /// All of them together; each is known to a hundredth of a second.
    pub(crate) cpu: Duration,
    /// The largest of them.
    pub(crate) peak_bytes: u64,
}

impl Cost {
    /// What this one and then another one took.
    pub(crate) fn then(self, next: Self) -> Self {
        Self {
            ended: next.ended,
            success: self.success && next.success,
            cpu: self.cpu + next.cpu,
            peak_bytes: self.peak_bytes.max(next.peak_bytes),
        }
    }
}

/// How often the memory is looked at. The kernel keeps the peak, so only the very end is missed.
const LOOK: Duration = Duration::from_millis(10);

/// The kernel tells CPU time in these (`USER_HZ`, on every architecture that Rust runs Linux on).
const TICK: Duration = Duration::from_millis(10);

/// Runs it. Its end is seen before it is buried: until then the kernel knows its CPU time.
pub(crate) fn measure(command: &mut Command) -> Result<Cost> {
    let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    let id = child.id();
    let pid = i32::try_from(id).ok().and_then(Pid::from_raw).context("a process without a number")?;
    let over = AtomicBool::new(false);
    let (ended, peak_bytes) = thread::scope(|scope| {
        let look = scope.spawn(|| peak(id, &over));
        let waited = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
        let ended = Timestamp::now();
        over.store(true, Ordering::Relaxed);
        (waited.map(|_| ended), look.join().unwrap_or_default())
    });
    let ended = ended.context("cannot wait for a program")?;
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).context("cannot read the times")?;
    let cpu = cpu(&stat).context("cannot read the times")?;
    Ok(Cost { ended, success: child.wait()?.success(), cpu, peak_bytes })
}

fn peak(id: u32, over: &AtomicBool) -> u64 {
    let mut peak = 0;
    while !over.load(Ordering::Relaxed) {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        peak = peak.max(resident_peak(&status).unwrap_or_default());
        thread::sleep(LOOK);
    }
    peak
}

/// From `/proc/PID/status`.
fn resident_peak(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// User and system time from `/proc/PID/stat`, whose second field may hold blanks and parentheses.
fn cpu(stat: &str) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let ticks = fields.next()?.parse::<u32>().ok()? + fields.next()?.parse::<u32>().ok()?;
    Some(TICK * ticks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_tells_is_read() {
        let stat = "7 (a (strange) name) Z 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20";
        assert_eq!(cpu(stat), Some(Duration::from_millis(1750)));
        assert_eq!(resident_peak("Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n"), Some(2 << 20));
    }

    #[test]
    fn a_program_takes_memory_and_ends_as_it_ends() {
        let cost = measure(Command::new("sleep").arg("0.1")).unwrap();
        assert!(cost.success && cost.peak_bytes > 0);
        assert!(!measure(&mut Command::new("false")).unwrap().success);
    }
}
