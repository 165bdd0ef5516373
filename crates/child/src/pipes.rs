//! Bytes of two pipes as they come.

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{ChildStderr, ChildStdout};

use crate::Stream;

const CHUNK: usize = 8 * 1024;

/// Standard output and standard error of one program.
#[derive(Debug)]
pub(crate) struct Pipes {
    stdout: Pipe<ChildStdout>,
    stderr: Pipe<ChildStderr>,
}

/// Bytes of one stream.
pub(crate) type Chunk = (Stream, Vec<u8>);

#[derive(Debug)]
struct Pipe<R> {
    reader: Option<R>,
    buffer: Box<[u8]>,
}

impl Pipes {
    pub(crate) fn new(stdout: Option<ChildStdout>, stderr: Option<ChildStderr>) -> Self {
        Self { stdout: Pipe::new(stdout), stderr: Pipe::new(stderr) }
    }

    /// Gives up on what is still open.
    pub(crate) fn close(&mut self) {
        self.stdout.reader = None;
        self.stderr.reader = None;
    }

    /// The next bytes of either pipe; `None` once both have ended. Safe to cancel.
    pub(crate) async fn read(&mut self) -> Option<Chunk> {
        tokio::select! {
            Some(bytes) = self.stdout.read() => Some((Stream::Stdout, bytes)),
            Some(bytes) = self.stderr.read() => Some((Stream::Stderr, bytes)),
            else => None,
        }
    }
}

impl<R: AsyncRead + Unpin> Pipe<R> {
    fn new(reader: Option<R>) -> Self {
        Self { reader, buffer: vec![0; CHUNK].into_boxed_slice() }
    }

    /// The next bytes, or `None` once at the end. Nothing is taken unless it is returned.
    async fn read(&mut self) -> Option<Vec<u8>> {
        let reader = self.reader.as_mut()?;
        // The reading end of a pipe of ours has no error of its own: whatever comes is its end.
        let count = reader.read(&mut self.buffer).await.unwrap_or(0);
        if count == 0 {
            self.reader = None;
            return None;
        }
        self.buffer.get(..count).map(<[u8]>::to_vec)
    }
}
