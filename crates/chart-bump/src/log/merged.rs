//! What upstream merged between two of its commits, as its own history tells it.

use std::fmt;

use crate::error::BumpError;
use crate::git::Git;

/// One step of upstream's main line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The commit on the main line.
    pub commit: String,
    /// The number of the pull request, where its commit names one.
    pub pull_request: Option<u64>,
    /// What it is about.
    pub title: String,
    /// Who wrote it.
    pub author: String,
}

impl fmt::Display for Merged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { commit, pull_request, title, author } = self;
        match pull_request {
            Some(number) => write!(f, "#{number} {title} ({author})"),
            None => write!(f, "{} {title} ({author})", commit.get(..9).unwrap_or(commit)),
        }
    }
}

/// What came between the commits `old` and `new` of the clone in which `git` is asked, newest first.
///
/// # Errors
/// Git fails.
pub async fn merged(git: &Git, old: &str, new: &str) -> Result<Vec<Merged>, BumpError> {
    const FORMAT: &str = "--format=%H%x1f%s%x1f%an%x1f%b%x1e";
    let range = format!("{old}..{new}");
    let text = git.text(&["log", "--first-parent", FORMAT, &range, "--"]).await?;
    let mut list: Vec<Merged> = text.split('\u{1e}').filter_map(|record| read(record.trim_start())).collect();
    for merged in list.iter_mut().filter(|merged| merged.pull_request.is_some()) {
        // Who presses the button is the author of a merge; who did the work stands on its other side.
        let side =
            git.maybe_text(&["log", "-1", "--format=%an", &format!("{}^2", merged.commit), "--"]).await?;
        if let Some(author) = side.filter(|author| !author.is_empty()) {
            merged.author = author;
        }
    }
    Ok(list)
}

fn read(record: &str) -> Option<Merged> {
    let mut fields = record.split('\u{1f}');
    let (commit, subject, author) = (fields.next()?, fields.next()?, fields.next()?);
    let body = fields.next().unwrap_or_default();
    let (pull_request, title) = pull_request(subject, body);
    Some(Merged {
        commit: commit.to_owned(),
        pull_request,
        title: title.to_owned(),
        author: author.to_owned(),
    })
}

/// GitHub's two forms: a merge, with the title below it, and a squash, with the number behind it.
fn pull_request<'t>(subject: &'t str, body: &'t str) -> (Option<u64>, &'t str) {
    if let Some(rest) = subject.strip_prefix("Merge pull request #") {
        let digits = rest.split(' ').next().and_then(|number| number.parse().ok());
        let title = body.lines().map(str::trim).find(|line| !line.is_empty());
        return (digits, title.unwrap_or(subject));
    }
    let squashed = subject.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (#"));
    match squashed.and_then(|(title, number)| Some((title, number.parse().ok()?))) {
        Some((title, number)) => (Some(number), title),
        None => (None, subject),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_merge_are_read() {
        assert_eq!(
            pull_request("Merge pull request #12 from x/y", "\nThe title\n\nmore"),
            (Some(12), "The title")
        );
        assert_eq!(
            pull_request("Merge pull request #12 from x/y", ""),
            (Some(12), "Merge pull request #12 from x/y")
        );
        assert_eq!(pull_request("Fix it (#7)", "body"), (Some(7), "Fix it"));
        assert_eq!(pull_request("Plain (almost)", ""), (None, "Plain (almost)"));
    }
}
