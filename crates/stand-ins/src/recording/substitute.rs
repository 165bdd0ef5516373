//! The fields of a recorded launch that belong to one launch: host, user server and token.

use serde_json::Value;

use super::{Part, Recording};

/// What a launch says about itself, recorded or of today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Launch {
    /// URL of the user server.
    pub(crate) url: String,
    /// The path of that URL as the hub names it.
    pub(crate) path: String,
    /// The user server's token.
    pub(crate) token: String,
    /// Base URL of the BinderHub.
    pub(crate) launch_host: String,
}

impl Recording {
    /// The launch that the recording ends with, where it ends with one.
    pub(crate) fn launch(&self) -> Option<Launch> {
        self.chunks()
            .filter_map(|chunk| std::str::from_utf8(chunk).ok())
            .flat_map(str::lines)
            .find_map(launch_of)
    }

    /// The same recording as if it were another launch: nothing but the fields of [`Launch`]
    /// differs, and the chunk lengths that follow from them.
    pub(crate) fn as_launch(&self, launch: &Launch) -> Self {
        let mut copy = self.clone();
        let Some(old) = self.launch() else { return copy };
        let pairs = [
            (&old.url, &launch.url),
            (&old.path, &launch.path),
            (&old.token, &launch.token),
            (&old.launch_host, &launch.launch_host),
        ];
        for part in copy.moments.iter_mut().flat_map(|moment| &mut moment.parts) {
            if let Part::Chunk(content) = part
                && let Ok(text) = std::str::from_utf8(content)
            {
                *content = replace(text, &pairs).into_bytes();
            }
        }
        copy
    }
}

/// Replaces from left to right, the first pair that fits; what was put in is not looked at again.
fn replace(text: &str, pairs: &[(&String, &String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if let Some((old, new)) = pairs.iter().find(|(old, _)| rest.starts_with(old.as_str())) {
            out.push_str(new);
            rest = rest.get(old.len()..).unwrap_or_default();
        } else {
            out.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

fn launch_of(line: &str) -> Option<Launch> {
    let event: Value = serde_json::from_str(line.strip_prefix("data: ")?).ok()?;
    let field = |name: &str| event.get(name).and_then(Value::as_str).map(str::to_owned);
    if event.get("phase")? != "ready" {
        return None;
    }
    let url = field("url")?;
    let path = url::Url::parse(&url).ok()?.path().to_owned();
    Some(Launch { url, path, token: field("token")?, launch_host: field("binder_launch_host")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Shelf;

    fn today() -> Launch {
        Launch {
            url: "http://127.0.0.1:31080/staging/hub/user/a-b-12345678/".to_owned(),
            path: "/staging/hub/user/a-b-12345678/".to_owned(),
            token: "T".repeat(22),
            launch_host: "http://127.0.0.1:31080/staging/binder/".to_owned(),
        }
    }

    #[test]
    fn the_recorded_launch_is_found() {
        let shelf = Shelf::open().unwrap();
        let launch = shelf.get("ready-found-image").unwrap().launch().unwrap();
        assert_eq!(
            launch.url,
            "https://hub.staging.mybinder.org/user/binder-examples-requirements-76wxkp4h/"
        );
        assert_eq!(launch.path, "/user/binder-examples-requirements-76wxkp4h/");
        assert_eq!(launch.launch_host, "https://staging.mybinder.org/");
        assert_eq!(shelf.get("ready-build-only").unwrap().launch(), None);
        assert_eq!(shelf.get("failed-unknown-repo").unwrap().launch(), None);
    }

    #[test]
    fn another_launch_differs_in_its_own_fields_only() {
        let shelf = Shelf::open().unwrap();
        for name in ["ready-found-image", "ready-after-real-build", "ready-slow-build-client-a"] {
            let recorded = shelf.get(name).unwrap();
            let played = recorded.as_launch(&today());
            assert_eq!(played.launch(), Some(today()), "{name}");
            // There and back again: whatever else had changed would show.
            let back = played.as_launch(&recorded.launch().unwrap());
            assert!(back.chunks().eq(recorded.chunks()), "{name}");
            let old = recorded.launch().unwrap();
            let name = old.path.trim_matches('/').rsplit('/').next().unwrap();
            for chunk in played.chunks().map(String::from_utf8_lossy) {
                assert!(!chunk.contains(name) && !chunk.contains("hub.staging.mybinder.org"), "{chunk}");
            }
        }
    }

    #[test]
    fn what_was_put_in_is_not_replaced_again() {
        let (a, b, c) = ("a".to_owned(), "ba".to_owned(), "c".to_owned());
        assert_eq!(replace("xaé", &[(&a, &b), (&b, &c)]), "xbaé");
    }
}
