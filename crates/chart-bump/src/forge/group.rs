//! The text of a pull request that brings several names.

use std::fmt::Write as _;

use super::body::{Body, LONGEST, quiet};

/// What a pull request of a group tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupBody {
    /// The title of each name that changes, with its own story.
    pub members: Vec<(String, Body)>,
    /// Each name that would change and may not, with what stands in its way.
    pub left_out: Vec<(String, String)>,
}

impl GroupBody {
    /// The whole text; each name may fill its share of what the forge takes.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (name, why) in &self.left_out {
            let _ = write!(text, "> [!WARNING]\n> {} is left out: {}\n\n", quiet(name), quiet(why));
        }
        let left = LONGEST.saturating_sub(text.len());
        let share = left / self.members.len().max(1);
        for (title, body) in &self.members {
            let head = format!("## {}\n\n", quiet(title));
            let story = body.within(share.saturating_sub(head.len() + 2));
            let _ = write!(text, "{head}{}\n\n", story.trim_end());
        }
        format!("{}\n", text.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, notes: usize) -> (String, Body) {
        let body = Body {
            places: vec!["`a:1:1`: 1 -> 2".to_owned()],
            notes: vec!["x".repeat(notes)],
            ..Body::default()
        };
        (format!("{name}: 1...2"), body)
    }

    #[test]
    fn each_name_tells_its_story_below_those_that_are_left_out() {
        let body = GroupBody {
            members: vec![member("hub", 3), member("extra", 3)],
            left_out: vec![("third".to_owned(), "third 9 is *marked* as deprecated by @them".to_owned())],
        };
        insta::assert_snapshot!(body.text());
    }

    #[test]
    fn a_name_with_a_long_story_leaves_room_for_the_others() {
        let body =
            GroupBody { members: vec![member("hub", 90_000), member("extra", 3)], ..GroupBody::default() };
        let text = body.text();
        assert!(
            text.len() < LONGEST + 100 && text.contains("(cut here)") && text.contains("## extra: 1...2")
        );
    }
}
