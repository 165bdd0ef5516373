//! Plays a recording onto a socket, in its order and in its rhythm.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::Instant;

use crate::recording::{End, Part, Recording};

/// A recorded answer, ready to be sent.
#[derive(Debug)]
pub(crate) struct Play {
    /// Status of the answer.
    pub(crate) status: u16,
    /// What is sent, and when after the request.
    frames: Vec<Frame>,
    end: End,
}

#[derive(Debug)]
struct Frame {
    at: Duration,
    bytes: Vec<u8>,
    /// The frame tells the client that its server is there.
    ready: bool,
}

impl Play {
    /// A recording, played `speed` times faster than it was received.
    pub(crate) fn new(recording: &Recording, speed: f64) -> Self {
        // Never slower than a thousandth: a division by less would leave the range of a duration.
        let speed = if speed.is_finite() { speed.max(0.001) } else { 1.0 };
        let frames = recording.moments.iter().map(|moment| {
            let mut bytes = Vec::new();
            moment.parts.iter().for_each(|part| part.write(&mut bytes));
            let ready = moment.parts.iter().any(is_ready);
            Frame { at: moment.at.div_f64(speed), bytes, ready }
        });
        Self { status: recording.status, frames: frames.collect(), end: recording.end }
    }
}

fn is_ready(part: &Part) -> bool {
    const READY: &[u8] = b"\"phase\": \"ready\"";
    matches!(part, Part::Chunk(content) if content.windows(READY.len()).any(|window| window == READY))
}

/// Sends everything; `on_ready` runs before the client learns that its server is ready.
/// Says whether the connection can carry another request.
///
/// # Errors
///
/// What the socket said; a client that leaves early is such an error.
pub(crate) async fn play(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    play: &Play,
    on_ready: impl Fn(),
) -> io::Result<bool> {
    let start = Instant::now();
    for frame in &play.frames {
        tokio::time::sleep_until(start + frame.at).await;
        if frame.ready {
            on_ready();
        }
        to.write_all(&frame.bytes).await?;
        to.flush().await?;
    }
    match play.end {
        End::Complete => return Ok(true),
        End::Closed => {}
        // Whatever the client still says, the recorded server said nothing more.
        End::Open => while from.read(&mut [0; 64]).await? > 0 {},
    }
    Ok(false)
}
