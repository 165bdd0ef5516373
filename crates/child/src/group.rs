//! A program and the process group it leads: when it ended, and how to end it.

use std::io;

use camino::Utf8PathBuf;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::process::Child;
use tokio::signal::unix::{Signal as Signals, SignalKind, signal};

use crate::{Error, Exit};

/// The group stays ours until it is reaped: as long as its leader is at least a zombie, its
/// number can belong to nobody else, so a signal can never hit a stranger.
#[derive(Debug)]
pub(crate) struct Group {
    program: Utf8PathBuf,
    leader: Pid,
    child: Child,
    children_changed: Signals,
    exit: Option<Exit>,
    reaped: bool,
}

impl Group {
    pub(crate) fn spawn(program: Utf8PathBuf, mut command: tokio::process::Command) -> Result<Self, Error> {
        // Before the start, so that no end can be missed.
        let children_changed = signal(SignalKind::child())
            .map_err(|source| Error::Watch { program: program.clone(), source })?;
        let child = command.spawn().map_err(|source| Error::Spawn { program: program.clone(), source })?;
        let leader = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let leader = leader.ok_or_else(|| Error::Watch {
            program: program.clone(),
            source: io::Error::other("the new process has no number"),
        })?;
        Ok(Self { program, leader, child, children_changed, exit: None, reaped: false })
    }

    pub(crate) fn id(&self) -> u32 {
        self.leader.as_raw_nonzero().get().unsigned_abs()
    }

    pub(crate) fn program(&self) -> &Utf8PathBuf {
        &self.program
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// How the leader ended, once that was seen.
    pub(crate) fn exit(&self) -> Option<Exit> {
        self.exit
    }

    /// Waits until the leader has ended, and leaves it unreaped. Safe to cancel.
    pub(crate) async fn ended(&mut self) -> Result<Exit, Error> {
        loop {
            if let Some(exit) = self.look()? {
                return Ok(exit);
            }
            self.children_changed.recv().await;
        }
    }

    fn look(&mut self) -> Result<Option<Exit>, Error> {
        if self.exit.is_none() {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
            let status = waitid(WaitId::Pid(self.leader), options)
                .map_err(|source| Error::Watch { program: self.program.clone(), source: source.into() })?;
            self.exit = status.map(|s| Exit { code: s.exit_status(), signal: s.terminating_signal() });
        }
        Ok(self.exit)
    }

    /// Asks every process of the group to end.
    pub(crate) fn terminate(&self) -> Result<(), Error> {
        self.signal(Signal::TERM)
    }

    /// Ends every process of the group.
    pub(crate) fn kill(&self) -> Result<(), Error> {
        self.signal(Signal::KILL)
    }

    fn signal(&self, signal: Signal) -> Result<(), Error> {
        if self.reaped {
            return Ok(());
        }
        match kill_process_group(self.leader, signal) {
            Ok(()) | Err(Errno::SRCH) => Ok(()),
            // Some systems refuse to signal a group of which only the ended leader is left.
            Err(Errno::PERM) if self.exit.is_some() => Ok(()),
            Err(source) => Err(Error::Signal { program: self.program.clone(), source: source.into() }),
        }
    }

    /// Kills what is left of the group, then takes the ended leader out of the process table.
    pub(crate) async fn reap(&mut self) -> Result<Exit, Error> {
        let exit = self.ended().await?;
        if !self.reaped {
            self.kill()?;
            self.child
                .wait()
                .await
                .map_err(|source| Error::Watch { program: self.program.clone(), source })?;
            self.reaped = true;
        }
        Ok(exit)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Nobody is left to tell of a refusal; the runtime reaps the leader.
        let _ = self.kill();
    }
}
