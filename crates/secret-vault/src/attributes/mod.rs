//! The attributes of a path, as git resolves them.

mod glob;
mod layer;
mod line;
mod pattern;
mod quote;
mod state;

use std::collections::BTreeMap;

pub use layer::Layer;
pub use state::{State, States};

/// All rules that hold in a repository, by where they stand.
#[derive(Debug, Default)]
pub struct Attributes {
    system: Layer,
    global: Layer,
    info: Layer,
    /// By folder, without a slash at its end; the top has the empty name.
    folders: BTreeMap<Vec<u8>, Layer>,
    ignore_case: bool,
}

impl Attributes {
    /// No rules but the macro `binary`. With `ignore_case`, paths match as on a file system that does.
    #[must_use]
    pub fn new(ignore_case: bool) -> Self {
        Self { ignore_case, ..Self::default() }
    }

    /// The rules of the machine, as in `/etc/gitattributes`.
    pub fn set_system(&mut self, text: &[u8]) {
        self.system = Layer::parse(text, true, self.ignore_case);
    }

    /// The rules of the user, from `core.attributesFile`.
    pub fn set_global(&mut self, text: &[u8]) {
        self.global = Layer::parse(text, true, self.ignore_case);
    }

    /// The rules of the clone, from `info/attributes`.
    pub fn set_info(&mut self, text: &[u8]) {
        self.info = Layer::parse(text, true, self.ignore_case);
    }

    /// The rules of a folder, from its `.gitattributes`; the top is the empty name.
    pub fn set_folder(&mut self, folder: &[u8], text: &[u8]) {
        let layer = Layer::parse(text, folder.is_empty(), self.ignore_case);
        self.folders.insert(folder.to_vec(), layer);
    }

    /// Whether the rules of the folder are known.
    #[must_use]
    pub fn knows(&self, folder: &[u8]) -> bool {
        self.folders.contains_key(folder)
    }

    /// What holds for a path; slashes separate its parts.
    #[must_use]
    pub fn of(&self, path: &[u8]) -> States {
        let mut nearest_first: Vec<(&[u8], &Layer)> = vec![(b"", &self.info)];
        for folder in folders_of(path) {
            if let Some(layer) = self.folders.get(folder) {
                nearest_first.push((folder, layer));
            }
        }
        nearest_first.extend([(&b""[..], &self.global), (&b""[..], &self.system)]);
        state::resolve(&nearest_first, path, self.ignore_case)
    }
}

/// The folders above a path, nearest first; the last one is the top.
pub fn folders_of(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let path = rest?;
        let folder = path.iter().rposition(|byte| *byte == b'/').and_then(|at| path.get(..at));
        rest = folder;
        (!path.is_empty() || folder.is_some()).then(|| folder.unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(states: &States, name: &str) -> String {
        states.get(name).to_string()
    }

    #[test]
    fn nearer_rules_win_and_later_ones_of_a_file() {
        let mut attributes = Attributes::new(false);
        attributes.set_folder(b"", b"* a=top\n*.x b\n*.x -b\nsub/*.x c\n");
        attributes.set_folder(b"sub", b"*.x a=sub !c\n");
        attributes.set_info(b"sub/z.x a=info\n");
        let near = attributes.of(b"sub/y.x");
        assert_eq!([text(&near, "a"), text(&near, "b"), text(&near, "c")], ["sub", "unset", "unspecified"]);
        assert_eq!(text(&attributes.of(b"sub/z.x"), "a"), "info");
        assert_eq!(text(&attributes.of(b"z.x"), "a"), "top");
    }

    #[test]
    fn macros_open_and_binary_is_known() {
        let mut attributes = Attributes::new(false);
        attributes.set_folder(b"", b"[attr]sealed filter=git-crypt diff=git-crypt -text\ns/** sealed\ns/open -sealed\n*.png binary\n");
        let sealed = attributes.of(b"s/a/b");
        assert_eq!(text(&sealed, "filter"), "git-crypt");
        assert_eq!(text(&sealed, "text"), "unset");
        assert_eq!(
            text(&attributes.of(b"s/open"), "filter"),
            "unspecified",
            "a macro that is unset opens nothing"
        );
        assert_eq!(text(&attributes.of(b"x.png"), "diff"), "unset");
    }

    #[test]
    fn folders_above() {
        let above = |path: &[u8]| {
            folders_of(path).map(|f| String::from_utf8_lossy(f).into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(above(b"a/b/c"), ["a/b", "a", ""]);
        assert_eq!(above(b"c"), [""]);
        assert_eq!(above(b""), Vec::<String>::new());
    }
}
