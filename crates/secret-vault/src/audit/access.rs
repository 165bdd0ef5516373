//! Who could open the files, and from when to when.

use std::collections::BTreeMap;

use super::{Commit, History};

/// Someone who could open files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Who: a reader's name, or the fingerprint of a GPG key.
    pub who: String,
    /// By which way: the path of the file that let them in.
    pub by: Vec<u8>,
    /// The commit that let them in.
    pub since: Commit,
    /// The commit that shut them out; what they had seen by then they know.
    pub until: Option<Commit>,
}

/// By the versions of a readers' file; `names` tells who stands in a content.
pub fn reader_access(
    history: &History,
    path: &[u8],
    mut names: impl FnMut(&str) -> Vec<String>,
) -> Vec<Access> {
    let mut found: Vec<Access> = Vec::new();
    let mut inside: BTreeMap<String, usize> = BTreeMap::new();
    for change in history.of(path) {
        let Some(commit) = history.commit(change) else { continue };
        let now = change.blob.as_deref().map(&mut names).unwrap_or_default();
        inside.retain(|name, at| {
            let stays = now.contains(name);
            if let Some(access) = found.get_mut(*at).filter(|_| !stays) {
                access.until = Some(commit.clone());
            }
            stays
        });
        for name in now {
            inside.entry(name.clone()).or_insert_with(|| {
                found.push(Access { who: name, by: path.to_vec(), since: commit.clone(), until: None });
                found.len() - 1
            });
        }
    }
    found
}

/// By the files in which git-crypt seals its keys to GPG users: `.../keys/NAME/VERSION/FINGERPRINT.gpg`.
#[must_use]
pub fn gpg_access(history: &History) -> Vec<Access> {
    let mut found: Vec<Access> = Vec::new();
    for change in history.changes.iter().rev() {
        let (Some(user), Some(commit)) = (gpg_user(&change.path), history.commit(change)) else { continue };
        let open = found.iter_mut().find(|access| access.by == change.path && access.until.is_none());
        match (open, &change.blob) {
            (Some(access), None) => access.until = Some(commit.clone()),
            (None, Some(_)) => found.push(Access {
                who: user.to_owned(),
                by: change.path.clone(),
                since: commit.clone(),
                until: None,
            }),
            _ => {}
        }
    }
    found
}

fn gpg_user(path: &[u8]) -> Option<&str> {
    let path = std::str::from_utf8(path).ok()?;
    let (folder, file) = path.rsplit_once('/')?;
    let (keys, version) = folder.rsplit_once('/')?;
    let (state, _name) = keys.rsplit_once('/')?;
    let user = file.strip_suffix(".gpg")?;
    let is_user = user.len() == 40 && user.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    (is_user && is_version && (state == "keys" || state.ends_with("/keys"))).then_some(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(found: Vec<Access>) -> Vec<String> {
        let until =
            |access: &Access| access.until.as_ref().map(|commit| commit.id.clone()).unwrap_or_default();
        found.iter().map(|access| format!("{} {}..{}", access.who, access.since.id, until(access))).collect()
    }

    #[test]
    fn readers_come_and_go() {
        let log = b"\x01c4 4\0\n:1 100644 0 three M\0r\0\x01c3 3\0\n:1 100644 0 two M\0r\0\x01c1 1\0\n:0 100644 0 one A\0r\0";
        let history = History::parse(log).unwrap();
        let names = |blob: &str| match blob {
            "one" => vec!["alice".to_owned(), "bob".to_owned()],
            "two" => vec!["alice".to_owned()],
            _ => vec!["alice".to_owned(), "bob".to_owned()],
        };
        assert_eq!(told(reader_access(&history, b"r", names)), ["alice c1..", "bob c1..c3", "bob c4.."]);
    }

    #[test]
    fn gpg_users_come_and_go() {
        let user = "0123456789ABCDEF0123456789ABCDEF01234567";
        let path = format!(".git-crypt/keys/default/0/{user}.gpg");
        let log = format!(
            "\x01c2 2\0\n:1 000000 0 0 D\0{path}\0\x01c1 1\0\n:0 100644 0 a A\0{path}\0:0 100644 0 b A\0other.gpg\0"
        );
        let history = History::parse(log.as_bytes()).unwrap();
        assert_eq!(told(gpg_access(&history)), [format!("{user} c1..c2")]);
    }
}
