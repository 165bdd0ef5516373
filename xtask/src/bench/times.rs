//! The CPU time of a command with all its children.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// User and system time, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Times(f64);

impl Times {
    /// In milliseconds.
    pub(crate) fn milliseconds(self) -> f64 {
        self.0 * 1000.0
    }

    /// Of one of several in a row.
    pub(crate) fn of_one(self, count: usize) -> Self {
        Self(self.0 / f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX)))
    }

    /// From what the shell says under `TIMEFORMAT='%3U %3S'`, which is the last line.
    fn parse(said: &str) -> Option<Self> {
        let (user, system) = said.lines().last()?.trim().split_once(' ')?;
        Some(Self(user.parse::<f64>().ok()? + system.parse::<f64>().ok()?))
    }
}

/// Runs it so many times in a row, and tells what all of it took: the shell's `time` counts every
/// process that was waited for, to the thousandth of a second.
pub(crate) fn cpu(command: &Command, times: usize) -> Result<Times> {
    let script = "exec 3>&1 4>&2; TIMEFORMAT='%3U %3S'; { time for i in $(seq \"$0\"); do \"$@\" >/dev/null 2>&4 || exit 9; done; } 2>&3";
    let mut bash = Command::new("bash");
    bash.args(["-c", script]).arg(times.to_string()).arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        bash.current_dir(folder);
    }
    let output = bash.stdin(Stdio::null()).output().context("cannot start bash")?;
    if !output.status.success() {
        bail!("{:?} failed: {}", command, String::from_utf8_lossy(&output.stderr).trim());
    }
    Times::parse(&String::from_utf8_lossy(&output.stdout)).context("bash tells no times")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_count() {
        let busy =
            "for i in 1 2 3 4 5 6 7 8; do sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'; done";
        assert!(cpu(Command::new("sh").args(["-c", busy]), 1).unwrap().milliseconds() > 1.0);
        assert!(cpu(&Command::new("false"), 1).is_err());
        assert_eq!(
            Times::parse("noise\n0.012 0.003\n").map(|times| times.milliseconds().round()),
            Some(15.0)
        );
    }
}
