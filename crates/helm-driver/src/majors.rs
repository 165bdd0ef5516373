//! What differs between the majors of Helm.

use semver::Version;

/// A major version of Helm that this crate drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Major {
    /// 3.19 and later.
    V3,
    /// All of 4.
    V4,
}

/// One row: what a major needs said differently.
struct Row {
    major: Major,
    /// The oldest version whose behaviour this crate was tried with.
    oldest: Version,
    /// The first that is not this major.
    end: u64,
    /// Flags that every upgrade takes besides the common ones.
    upgrade: &'static [&'static str],
    /// Whether `rollback` takes a description.
    describes_rollback: bool,
}

static ROWS: [Row; 2] = [
    Row { major: Major::V3, oldest: Version::new(3, 19, 0), end: 4, upgrade: &[], describes_rollback: false },
    // Hooks are waited for by default (`--wait=hookOnly`), and objects keep to the way they were
    // written before (`--server-side=auto`): both are what is wanted, so neither is said.
    Row { major: Major::V4, oldest: Version::new(4, 0, 0), end: 5, upgrade: &[], describes_rollback: true },
];

impl Major {
    /// The major of a version, unless it is too old or too new to be known.
    pub(crate) fn of(version: &Version) -> Option<Self> {
        // A pre-release of 3.19 sorts before it and lacks parts of it; one of 4.1 is a 4.
        ROWS.iter().find(|row| *version >= row.oldest && version.major < row.end).map(|row| row.major)
    }

    pub(crate) fn upgrade_flags(self) -> &'static [&'static str] {
        self.row().map_or(&[], |row| row.upgrade)
    }

    pub(crate) fn describes_rollback(self) -> bool {
        self.row().is_some_and(|row| row.describes_rollback)
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.major == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_sorted_into_majors_and_others_refused() {
        let cases = [
            ("3.18.6", None),
            ("3.19.0-rc.1", None),
            ("3.19.0", Some(Major::V3)),
            ("3.19.5", Some(Major::V3)),
            ("3.20.1", Some(Major::V3)),
            ("4.0.0", Some(Major::V4)),
            ("4.3.1", Some(Major::V4)),
            ("4.4.0-rc.1", Some(Major::V4)),
            ("5.0.0", None),
            ("2.17.0", None),
        ];
        for (version, major) in cases {
            assert_eq!(Major::of(&version.parse().unwrap()), major, "{version}");
        }
    }
}
