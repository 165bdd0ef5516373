//! Asks every source once, and judges what they say.

use std::collections::BTreeMap;

use futures::stream::{self, StreamExt as _};
use jiff::Timestamp;
use problem::ProblemRecord;
use url::Url;

use super::judge::{judge, unanswered};
use super::report::Report;
use crate::clones::Clones;
use crate::config::Source;
use crate::deployment::Deployment;
use crate::error::BumpError;
use crate::notice::Notice;
use crate::resolve::{Rules, Target, candidate};
use crate::source::{Index, Sources};
use crate::subject::Subject;

/// So many sources are asked at once.
const AT_ONCE: usize = 16;

/// Who is asked.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Sources by their addresses.
    pub sources: &'a Sources,
    /// A saved index in the place of every Helm repository: its name and bytes.
    pub index: Option<(&'a crate::error::Origin, &'a [u8])>,
    /// Clones of upstream.
    pub clones: Option<&'a Clones>,
    /// The present time.
    pub now: Timestamp,
}

/// One request: a Helm repository with the charts that are wanted of it, one registry, or all that
/// is wanted of a saved index.
enum Question {
    Repository(Url, Vec<usize>),
    Single(usize),
    Saved(Vec<usize>),
}

/// Looks at each of `names`, in their order.
pub async fn check(deployment: &Deployment, names: &[String], asked: &Asked<'_>) -> Vec<Report> {
    let subjects: Vec<Result<Subject, BumpError>> =
        names.iter().map(|name| deployment.subject(name)).collect();
    let questions = questions(&subjects, asked);
    let answers = stream::iter(questions).map(|question| answer(question, &subjects, asked));
    let answers: Vec<Vec<(usize, Result<Index, Report>)>> = answers.buffer_unordered(AT_ONCE).collect().await;
    let mut answers: BTreeMap<usize, Result<Index, Report>> = answers.into_iter().flatten().collect();
    let mut reports = Vec::new();
    for (at, (name, subject)) in names.iter().zip(&subjects).enumerate() {
        reports.push(match (subject, answers.remove(&at)) {
            (Err(error), _) => Report::broken(name, ProblemRecord::from_diagnose(error)),
            (Ok(subject), Some(Ok(index))) => judged(deployment, subject, index, asked).await,
            (Ok(_), Some(Err(report))) => report,
            (Ok(subject), None) => match &subject.source {
                Err(error) => unanswered(subject, error),
                Ok(_) => Report::new(subject),
            },
        });
    }
    reports
}

fn questions(subjects: &[Result<Subject, BumpError>], asked: &Asked<'_>) -> Vec<Question> {
    let mut repositories: BTreeMap<String, (Url, Vec<usize>)> = BTreeMap::new();
    let mut questions = Vec::new();
    let mut saved = Vec::new();
    for (at, subject) in subjects.iter().enumerate() {
        match subject.as_ref().map(|subject| &subject.source) {
            Ok(Ok(Source::Helm { .. })) if asked.index.is_some() => saved.push(at),
            Ok(Ok(Source::Helm { repository, .. })) if repository.scheme() != "oci" => {
                let key = repository.as_str().trim_end_matches('/').to_owned();
                repositories.entry(key).or_insert_with(|| (repository.clone(), Vec::new())).1.push(at);
            }
            Ok(Ok(_)) => questions.push(Question::Single(at)),
            _ => {}
        }
    }
    questions.push(Question::Saved(saved));
    questions.extend(repositories.into_values().map(|(url, subjects)| Question::Repository(url, subjects)));
    questions
}

async fn answer(
    question: Question,
    subjects: &[Result<Subject, BumpError>],
    asked: &Asked<'_>,
) -> Vec<(usize, Result<Index, Report>)> {
    let subject = |at: usize| subjects.get(at).and_then(|subject| subject.as_ref().ok());
    let answered = |at: usize, answer: Result<Index, BumpError>| {
        let answer = answer.map_err(|error| subject(at).map(|subject| unanswered(subject, &error)));
        match answer {
            Ok(index) => Some((at, Ok(index))),
            Err(report) => report.map(|report| (at, Err(report))),
        }
    };
    let charts =
        |list: &[usize]| list.iter().filter_map(|at| Some(subject(*at)?.chart())).collect::<Vec<_>>();
    let several = |list: Vec<usize>, answer: Result<Vec<Result<Index, BumpError>>, BumpError>| match answer {
        Ok(indexes) => list.into_iter().zip(indexes).filter_map(|(at, one)| answered(at, one)).collect(),
        Err(error) => {
            let each = list.into_iter().filter_map(|at| Some((at, Err(unanswered(subject(at)?, &error)))));
            each.collect::<Vec<_>>()
        }
    };
    match question {
        Question::Repository(url, list) => {
            let answer = asked.sources.charts(&url, &charts(&list)).await;
            several(list, answer)
        }
        Question::Saved(list) => match asked.index {
            Some((origin, bytes)) if !list.is_empty() => {
                let answer = Index::parse_all(origin, &charts(&list), bytes);
                several(list, answer)
            }
            _ => Vec::new(),
        },
        Question::Single(at) => {
            let Some(Ok(source)) = subject(at).map(|subject| &subject.source) else {
                return Vec::new();
            };
            answered(at, asked.sources.published(source).await).into_iter().collect()
        }
    }
}

async fn judged(deployment: &Deployment, subject: &Subject, index: Index, asked: &Asked<'_>) -> Report {
    match evidence(deployment, subject, index, asked).await {
        Ok((index, rules, unpublished)) => {
            let mut report = judge(subject, &index, &rules, &unpublished, asked.now);
            if let (Some(_), Some(repo), None) = (asked.clones, subject.developed_in(), &rules.history) {
                report.notices.push(Notice::NoClone { repo: repo.to_owned() });
            }
            report
        }
        Err(error) => unanswered(subject, &error),
    }
}

/// What clones and registries tell beyond the list of versions.
async fn evidence(
    deployment: &Deployment,
    subject: &Subject,
    mut index: Index,
    asked: &Asked<'_>,
) -> Result<(Index, Rules, Vec<i64>), BumpError> {
    let mut rules = subject.rules(deployment);
    let clone = asked.clones.zip(subject.developed_in()).and_then(|(clones, repo)| clones.of(repo));
    if let Some(clone) = &clone {
        rules.history = Some(clone.history(subject.branch()).await?);
    }
    let pin = subject.found.lead();
    let newest = pin.and_then(|pin| candidate(pin, &Target::Latest, &index, &rules));
    // A registry is asked for more than its tags only where there is something to hold it against.
    let is_saved = asked.index.is_some() && matches!(subject.source, Ok(Source::Helm { .. }));
    let needs_digest = subject.found.pins.iter().any(|pin| pin.part.needs_digest());
    if let Ok(source) = &subject.source
        && !is_saved
        && (needs_digest || !matches!(source, Source::Image(_)))
    {
        let news = newest.iter().filter(|newest| pin.is_none_or(|pin| pin.version != **newest));
        for version in news.chain(rules.recorded.iter().map(|(version, _)| version)) {
            asked.sources.complete(source, version, &mut index).await?;
        }
    }
    let unpublished = match (&clone, &newest) {
        (Some(clone), Some(newest)) => clone.beyond(newest, subject.branch()).await?,
        _ => Vec::new(),
    };
    Ok((index, rules, unpublished))
}
