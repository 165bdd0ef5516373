//! What is known of tools and sources without any file of the repository.

use crate::notice::Notice;

/// An image that charts take as a value.
pub(crate) struct KnownImage {
    pub(crate) name: &'static str,
    /// Where it was published, the present place first.
    pub(crate) images: &'static [&'static str],
    /// Where values have named it, the present place first.
    pub(crate) paths: &'static [&'static str],
}

/// BinderHub has named its builder in several places over the years.
pub(crate) const IMAGES: [KnownImage; 1] = [KnownImage {
    name: "repo2docker",
    images: &[
        "quay.io/jupyterhub/repo2docker",
        "jupyterhub/repo2docker",
        "jupyter/repo2docker",
        "docker.io/jupyter/repo2docker",
    ],
    paths: &[
        "binderhub.config.KubernetesBuildExecutor.build_image",
        "binderhub.config.BinderHub.build_image",
        "binderhub.build.repo2dockerImage",
        "binderhub.repo2dockerImage",
    ],
}];

/// A source whose chart goes on elsewhere.
struct ChartMove {
    /// `None` for every chart of the repository.
    chart: Option<&'static str>,
    from: &'static str,
    to: &'static str,
}

const MOVES: [ChartMove; 3] = [
    ChartMove {
        chart: Some("grafana"),
        from: "grafana.github.io/helm-charts",
        to: "https://grafana-community.github.io/helm-charts",
    },
    ChartMove {
        chart: None,
        from: "kubernetes-charts.storage.googleapis.com",
        to: "https://charts.helm.sh/stable",
    },
    ChartMove {
        chart: None,
        from: "kubernetes-charts-incubator.storage.googleapis.com",
        to: "https://charts.helm.sh/incubator",
    },
];

/// Where `chart` of `repository` has gone; `None` where it is not known to have moved.
pub(crate) fn moved_to(chart: &str, repository: &str) -> Option<&'static str> {
    let place = repository.split_once("://").map_or(repository, |(_, place)| place).trim_end_matches('/');
    let fits = |known: &&ChartMove| known.from == place && known.chart.is_none_or(|own| own == chart);
    MOVES.iter().find(fits).map(|known| known.to)
}

/// A notice where the image `name` is published elsewhere than in `image` now.
pub(crate) fn image_moved(name: &str, image: &str) -> Option<Notice> {
    let known = self::image(name).filter(|known| known.images.contains(&image))?;
    let to = known.images.first().filter(|to| **to != image)?;
    Some(Notice::ImageMoved { image: image.to_owned(), to: (*to).to_owned() })
}

/// What is known of the image `name`.
pub(crate) fn image(name: &str) -> Option<&'static KnownImage> {
    IMAGES.iter().find(|known| known.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_known_by_repository_and_chart() {
        let to = Some("https://grafana-community.github.io/helm-charts");
        assert_eq!(moved_to("grafana", "https://grafana.github.io/helm-charts/"), to);
        assert_eq!(moved_to("loki", "https://grafana.github.io/helm-charts"), None);
        assert_eq!(moved_to("grafana", "https://grafana-community.github.io/helm-charts"), None);
        let stable = "https://kubernetes-charts.storage.googleapis.com";
        assert_eq!(moved_to("nginx-ingress", stable), Some("https://charts.helm.sh/stable"));
    }
}
