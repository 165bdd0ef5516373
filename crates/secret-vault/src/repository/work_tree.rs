//! Files as they are checked out, and how git is made to check them out anew.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::time::{Duration, SystemTime};

use camino::Utf8Path;
use zeroize::Zeroizing;

use super::{Error, Git, TreePath, object};
use crate::{Key, is_sealed};

/// How a checked-out file stands to what is staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Not there.
    Missing,
    /// The staged bytes, sealed.
    Sealed,
    /// The plaintext of the staged bytes; or the staged bytes, where they are not sealed.
    Opened,
    /// Ciphertext was opened, and it is ciphertext.
    OpenedToSealed,
    /// Something else.
    Changed,
}

/// What stands in a file of the work tree.
pub(super) enum Seen {
    /// Nothing: it is not there.
    Nothing,
    /// Something that is no file.
    Other,
    /// These bytes.
    Bytes(Zeroizing<Vec<u8>>),
}

/// Reads one file; a link is not followed.
pub(super) fn see(top: &Utf8Path, path: &TreePath) -> Result<Seen, Error> {
    let file = path.below(top);
    match fs::symlink_metadata(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound || error.kind() == ErrorKind::NotADirectory => {
            Ok(Seen::Nothing)
        }
        Err(error) => Err(Error::io("read", path.shown())(error)),
        Ok(kind) if !kind.is_file() => Ok(Seen::Other),
        Ok(_) => {
            let bytes = fs::read(&file).map_err(Error::io("read", path.shown()))?;
            Ok(Seen::Bytes(Zeroizing::new(bytes)))
        }
    }
}

/// How it stands to what is staged.
pub(super) fn compare(seen: &Seen, blob: &[u8], key: Option<&Key>) -> Found {
    match seen {
        Seen::Nothing => Found::Missing,
        Seen::Other => Found::Changed,
        Seen::Bytes(bytes) if bytes.as_slice() == blob => as_staged(blob),
        Seen::Bytes(bytes) if key.is_some_and(|key| key.seals_to(bytes, blob)) => {
            if is_sealed(bytes) {
                Found::OpenedToSealed
            } else {
                Found::Opened
            }
        }
        Seen::Bytes(_) => Found::Changed,
    }
}

fn as_staged(blob: &[u8]) -> Found {
    if is_sealed(blob) { Found::Sealed } else { Found::Opened }
}

/// The staged content of a file, told from what is checked out: sealing is deterministic, and the name of an
/// object is a hash of it. None where the file is something else, and git has to be asked.
pub(super) fn recognise<'s>(
    seen: &'s Seen,
    object: &str,
    key: Option<&Key>,
) -> Option<(Found, Cow<'s, [u8]>)> {
    let Seen::Bytes(bytes) = seen else { return None };
    let (found, blob) = match key.filter(|_| !is_sealed(bytes)) {
        Some(key) => (Found::Opened, Cow::Owned(key.seal(bytes))),
        None => (as_staged(bytes), Cow::Borrowed(bytes.as_slice())),
    };
    object::is_named(object, &blob).then_some((found, blob))
}

/// Looks at one file.
pub(super) fn look(top: &Utf8Path, path: &TreePath, blob: &[u8], key: Option<&Key>) -> Result<Found, Error> {
    Ok(compare(&see(top, path)?, blob, key))
}

/// Has git write these files anew from the index, through the filters that are configured.
///
/// git writes only what it believes to be changed, and looks at whole seconds: so their times are set to one
/// that it never saw.
pub(super) async fn check_out(
    git: &Git,
    options: &[String],
    top: &Utf8Path,
    paths: &[&TreePath],
) -> Result<(), Error> {
    for path in paths {
        forget(top, path)?;
    }
    let mut rest = paths;
    while !rest.is_empty() {
        let (batch, after) = rest.split_at(batch(rest));
        rest = after;
        let words = options.iter().map(String::as_str).chain(["checkout", "--"]).map(OsString::from);
        git.ask(words.chain(batch.iter().map(|path| path.as_os_str().to_owned()))).await?;
    }
    Ok(())
}

/// How many paths fit into the arguments of one program.
fn batch(paths: &[&TreePath]) -> usize {
    const BYTES: usize = 96 * 1024;
    let mut size = 0;
    let fits = paths.iter().take_while(|path| {
        size += path.as_bytes().len() + 1;
        size <= BYTES
    });
    fits.count().max(1)
}

fn forget(top: &Utf8Path, path: &TreePath) -> Result<(), Error> {
    const NEVER: Duration = Duration::from_secs(24 * 60 * 60);
    let file = match fs::File::open(path.below(top)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        file => file.map_err(Error::io("read", path.shown()))?,
    };
    file.set_modified(SystemTime::UNIX_EPOCH + NEVER).map_err(Error::io("touch", path.shown()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every way in which a file can stand to what is staged, with and without its key: what is recognised by its
    /// name is what git would have told, and is judged as that.
    #[test]
    fn what_is_recognised_is_what_git_would_have_told() {
        let key = |fill: u8| Key::from_bytes("test", &[fill; 96]).unwrap();
        let (own, other) = (key(7), key(8));
        let plain = [&b""[..], b"a", b"token: correct-horse\n", b"token: battery-staple\n", &[0; 5000]];
        let once = plain.iter().flat_map(|bytes| [own.seal(bytes), other.seal(bytes)]);
        let mut contents: Vec<Vec<u8>> = plain.iter().map(|bytes| bytes.to_vec()).chain(once).collect();
        let short: Vec<Vec<u8>> = contents.iter().map(|bytes| bytes[..bytes.len() / 2].to_vec()).collect();
        contents.extend(contents.clone().iter().map(|bytes| own.seal(bytes)));
        contents.extend(short);
        let seen = contents.iter().map(|bytes| Seen::Bytes(Zeroizing::new(bytes.clone())));
        let seen: Vec<Seen> = seen.chain([Seen::Nothing, Seen::Other]).collect();
        let (mut known, mut asked) = (0, 0);
        for blob in &contents {
            for (key, name) in [(None, "none"), (Some(&own), "own"), (Some(&other), "other")] {
                for seen in &seen {
                    for object in [object::sha1(blob), object::sha256(blob)] {
                        let found = compare(seen, blob, key);
                        match recognise(seen, &object, key) {
                            Some((told, bytes)) => {
                                assert_eq!((told, &*bytes), (found, blob.as_slice()), "{blob:?} {name}");
                                known += 1;
                            }
                            None => asked += 1,
                        }
                        let is_usual = match seen {
                            Seen::Bytes(bytes) if is_sealed(bytes) => found == Found::Sealed,
                            Seen::Bytes(_) => found == Found::Opened && (key.is_none() || is_sealed(blob)),
                            _ => false,
                        };
                        assert!(!is_usual || recognise(seen, &object, key).is_some(), "{blob:?} {name}");
                    }
                }
            }
        }
        assert!(known > 100 && asked > 1000, "{known} {asked}");
    }
}
