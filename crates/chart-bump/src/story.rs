//! What a bump tells: the title of its commit and pull request, and the body below it.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::log::Merged;
use crate::plan::{Move, Plan};

/// Title and body, in Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// `NAME: OLD...NEW`.
    pub title: String,
    /// The rest; its first line is the page that compares the two, where one is known.
    pub body: String,
}

impl Story {
    /// The story of a group: what each of its names does, and which were left out, and why.
    #[must_use]
    pub fn of_group(group: &str, each: &[(Plan, Vec<Merged>)], left_out: &[(String, String)]) -> Self {
        let mut body = String::new();
        for (plan, merged) in each.iter().filter(|(plan, _)| plan.first().is_some()) {
            let story = Self::new(plan, merged);
            let _ =
                write!(body, "{}{}\n{}", if body.is_empty() { "" } else { "\n" }, story.title, story.body);
        }
        section(&mut body, "Left out", left_out.iter().map(|(name, why)| format!("{name}: {why}")));
        Self { title: group_title(group, each.iter().filter_map(|(plan, _)| plan.first())), body }
    }

    /// The story of `plan`, with what upstream `merged` between its versions.
    #[must_use]
    pub fn new(plan: &Plan, merged: &[Merged]) -> Self {
        let real: Vec<_> = plan.moves.iter().filter(|step| step.changed).collect();
        let title = plan.first().map(|step| format!("{}: {}...{}", plan.name, step.old, step.new));
        let mut body = String::new();
        let mut pages: Vec<&str> =
            real.iter().filter_map(|step| step.compare.as_ref()).map(|url| url.as_str()).collect();
        pages.dedup();
        for page in pages {
            let _ = writeln!(body, "{page}");
        }
        section(&mut body, "Merged upstream", merged.iter().map(ToString::to_string));
        let places = real.iter().map(|step| format!("`{}`: {} -> {}", step.place, step.old, step.new));
        section(&mut body, "Changed here", places);
        section(&mut body, "Please note", plan.notices.iter().map(ToString::to_string));
        Self { title: title.unwrap_or_default(), body }
    }

    /// Both, as the message of a commit.
    #[must_use]
    pub fn message(&self) -> String {
        format!("{}\n\n{}", self.title, self.body)
    }
}

/// GitHub takes titles of 256 characters.
const LONGEST_TITLE: usize = 200;

/// `GROUP: NAME OLD...NEW, NAME OLD...NEW`. What does not fit is counted, with a mark that tells one set of
/// versions from every other.
fn group_title<'p>(group: &str, steps: impl Iterator<Item = &'p Move>) -> String {
    let parts: Vec<String> = steps.map(|step| format!("{} {}...{}", step.name, step.old, step.new)).collect();
    let whole = format!("{group}: {}", parts.join(", "));
    if parts.is_empty() || whole.len() <= LONGEST_TITLE {
        return if parts.is_empty() { String::new() } else { whole };
    }
    let fits = (1..parts.len()).rev().find(|count| {
        parts.iter().take(*count).map(|part| part.len() + 2).sum::<usize>() < LONGEST_TITLE - 50
    });
    let shown = fits.unwrap_or(1);
    let mark: String =
        Sha256::digest(whole.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let (shown, left) = parts.split_at(shown.min(parts.len()));
    format!("{group}: {} and {} more ({mark})", shown.join(", "), left.len())
}

fn section(body: &mut String, head: &str, lines: impl Iterator<Item = String>) {
    for (at, line) in lines.enumerate() {
        if at == 0 {
            // Git takes a line that begins with `#` for a comment when a person edits the message.
            let _ = write!(body, "{}{head}:\n\n", if body.is_empty() { "" } else { "\n" });
        }
        let _ = writeln!(body, "- {line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use problem::Place;

    fn step(name: &str, old: &str, new: &str) -> Move {
        Move {
            name: name.to_owned(),
            place: Place::new("a", 1, 1),
            path: "a".parse().unwrap(),
            old: old.to_owned(),
            new: new.to_owned(),
            changed: true,
            compare: None,
            archive: None,
        }
    }

    #[test]
    fn the_title_of_a_group_names_all_that_fits_and_tells_the_rest_apart() {
        let two = [step("hub", "1", "2"), step("extra", "3", "4")];
        assert_eq!(group_title("all", two.iter()), "all: hub 1...2, extra 3...4");
        assert_eq!(group_title("all", [].iter()), "");
        let long = |last: &str| {
            let version = |n: u32| format!("1.0.0-0.dev.git.{n}.h383374de");
            let mut steps: Vec<Move> =
                (0..6).map(|n| step(&format!("name{n}"), &version(n), &version(n + 1))).collect();
            steps[5].new = last.to_owned();
            group_title("all", steps.iter())
        };
        let title = long("x");
        assert!(
            title.len() <= 250 && title.starts_with("all: name0 1.0.0-0.dev.git.0.h383374de..."),
            "{title}"
        );
        assert!(title.contains(" and 4 more ("), "{title}");
        assert_ne!(title, long("y"));
    }
}
