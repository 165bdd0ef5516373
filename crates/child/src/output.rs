//! All that a short command says, in one piece.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use crate::watched::Watched;
use crate::{Error, Exit, Program, Stream};

/// How a short command ended, and all it wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// How it ended.
    pub exit: Exit,
    /// What it wrote to standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error.
    pub stderr: Vec<u8>,
}

impl Program {
    /// Runs a short command to its end. Whatever it leaves behind in its group is killed.
    ///
    /// # Errors
    /// As [`spawn`](Self::spawn); [`Error::Deadline`] when it has not ended after `deadline`,
    /// [`Error::TooMuch`] when it writes more than `limit` bytes to one stream. Its group is killed then.
    pub async fn output(self, deadline: Duration, limit: usize) -> Result<Output, Error> {
        let input = self.input.clone();
        let mut group = self.start()?;
        let program = group.program().clone();
        let stdin = group.child().stdin.take();
        let fed = async {
            if let (Some(mut stdin), Some(input)) = (stdin, input) {
                // A program may end before it has read everything; how it ends tells the rest.
                let _ = stdin.write_all(input.as_ref().as_ref()).await;
            }
        };
        let both = async { tokio::join!(collect(Watched::new(group), limit), fed).0 };
        match timeout(deadline, both).await {
            Ok(output) => output,
            Err(_) => Err(Error::Deadline { program, deadline }),
        }
    }
}

async fn collect(mut watched: Watched, limit: usize) -> Result<Output, Error> {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    while let Some((stream, bytes)) = watched.read().await {
        let kept = match stream {
            Stream::Stdout => &mut stdout,
            Stream::Stderr => &mut stderr,
        };
        if kept.len() + bytes.len() > limit {
            return Err(Error::TooMuch { program: watched.group().program().clone(), stream, limit });
        }
        kept.extend(bytes);
    }
    Ok(Output { exit: watched.reap().await?, stdout, stderr })
}
