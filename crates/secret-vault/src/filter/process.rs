//! git's long-running filter: one process for all files of a command.

use std::io::{self, Read, Write};

use super::Filter;
use super::packet::{self, Packet};
use crate::repository::{Error, TreePath};

/// Answers git until it has no more files. A refused file is told to `refused` and to git, which
/// then refuses the whole command, because the filter is required.
///
/// # Errors
/// [`Error::Protocol`] where the other side does not speak as git does, or is gone.
pub async fn serve(
    filter: &mut Filter,
    from: &mut impl Read,
    to: &mut impl Write,
    refused: &mut dyn FnMut(&Error),
) -> Result<(), Error> {
    talk(filter, from, to, refused).await.map_err(|error| match error {
        Broken::Words(reason) => Error::Protocol { reason },
        Broken::Pipe(_) => Error::Protocol { reason: "it breaks off" },
    })
}

enum Broken {
    Words(&'static str),
    Pipe(#[expect(dead_code, reason = "a broken pipe is told in one way, whatever broke it")] io::Error),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Pipe(error)
    }
}

async fn talk(
    filter: &mut Filter,
    from: &mut impl Read,
    to: &mut impl Write,
    refused: &mut dyn FnMut(&Error),
) -> Result<(), Broken> {
    let Some(hello) = list(from)? else { return Err(Broken::Words("it says nothing")) };
    if hello.first().map(Vec::as_slice) != Some(b"git-filter-client")
        || !hello.contains(&b"version=2".to_vec())
    {
        return Err(Broken::Words("it is no git-filter-client of version 2"));
    }
    say(to, &["git-filter-server", "version=2"])?;
    let Some(offers) = list(from)? else { return Err(Broken::Words("it offers nothing")) };
    let both = ["capability=clean", "capability=smudge"];
    let offered = |word: &&str| offers.iter().any(|offer| offer == word.as_bytes());
    say(to, &both.into_iter().filter(offered).collect::<Vec<_>>())?;
    while let Some(request) = list(from)? {
        let value = |name: &[u8]| request.iter().find_map(|line| line.strip_prefix(name));
        let content = packet::read_content(from)?;
        let path = TreePath::new(value(b"pathname=").ok_or(Broken::Words("it names no file"))?);
        let answer = match value(b"command=") {
            Some(b"clean") => filter.clean(&path, content).await,
            Some(b"smudge") => filter.smudge(&path, content),
            _ => return Err(Broken::Words("it asks for something else than clean and smudge")),
        };
        match answer {
            Ok(bytes) => {
                say(to, &["status=success"])?;
                packet::write(to, &bytes)?;
                packet::flush(to)?;
                packet::flush(to)?;
            }
            Err(error) => {
                refused(&error);
                say(to, &["status=error"])?;
            }
        }
        to.flush()?;
    }
    Ok(())
}

/// Lines up to the end of a list; none where there are no more.
fn list(from: &mut impl Read) -> Result<Option<Vec<Vec<u8>>>, Broken> {
    let mut lines = Vec::new();
    loop {
        match packet::read(from)? {
            Packet::Data(line) => lines.push(line.strip_suffix(b"\n").unwrap_or(&line).to_vec()),
            Packet::Flush => return Ok(Some(lines)),
            Packet::End if lines.is_empty() => return Ok(None),
            Packet::End => return Err(Broken::Words("it breaks off within a list")),
        }
    }
}

fn say(to: &mut impl Write, lines: &[&str]) -> io::Result<()> {
    for line in lines {
        packet::write(to, format!("{line}\n").as_bytes())?;
    }
    packet::flush(to)?;
    to.flush()
}
