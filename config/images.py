"""The Hugging Face images: where they are published, and what they can run on.

The registries and tags are checked in a test against the image list that AWS ships in the package sagemaker-core.
"""

from collections.abc import Mapping

from config.errors import ConfigError
from config.instances import family_and_traits, has_gpu

TRAINING_REPOSITORY = "huggingface-pytorch-training"
INFERENCE_REPOSITORY = "huggingface-pytorch-inference"

_MOST = "763104351884"
_BOTH = {
    "eu-central-1": _MOST,
    "eu-north-1": _MOST,
    "eu-south-1": "692866216735",
    "eu-west-1": _MOST,
    "eu-west-2": _MOST,
    "eu-west-3": _MOST,
    "us-east-1": _MOST,
    "us-east-2": _MOST,
    "us-west-2": _MOST,
}
# The account that publishes the pinned Deep Learning Containers, per region in which they are offered.
# https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html
REGISTRIES = {
    TRAINING_REPOSITORY: _BOTH,
    INFERENCE_REPOSITORY: {**_BOTH, "eu-central-2": "380420809688", "eu-south-2": "503227376785"},
}

# The tags that Mailroom's code runs on.
TAGS: Mapping[str, tuple[str, ...]] = {
    TRAINING_REPOSITORY: ("2.9.0-transformers5.3.0-gpu-py312-cu130-ubuntu22.04",),
    INFERENCE_REPOSITORY: (
        "2.6.0-transformers5.5.3-cpu-py312-ubuntu22.04",
        "2.6.0-transformers5.5.3-gpu-py312-cu124-ubuntu22.04",
    ),
}

_OWN_CHIPS = frozenset({"inf", "trn"})
# K80, V100 and M60: CUDA 13 has left out what came before Turing.
# https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/
_BEFORE_CUDA_13 = ("ml.p2.", "ml.p3.", "ml.p3dn.", "ml.g3.", "ml.g3s.")


def registry(repository: str, region: str, tag: str = "") -> str:
    """The account that publishes ``repository`` in ``region``; raises ConfigError where nobody does."""
    offered = REGISTRIES[repository]
    if region not in offered:
        image = f"{repository}:{tag}" if tag else repository
        raise ConfigError(
            f"The image {image} is not published in {region!r}; choose a region of {', '.join(sorted(offered))}, or "
            "add its registry to config/images.py."
        )
    return offered[region]


def image_repository(repository: str, tag: str, region: str) -> str:
    """Where the image lies, without its tag; raises ConfigError for a region in which it is not published."""
    return f"{registry(repository, region, tag)}.dkr.ecr.{region}.amazonaws.com/{repository}"


def image_uri(repository: str, tag: str, region: str) -> str:
    """The image's full name; raises ConfigError for a region in which it is not published."""
    return f"{image_repository(repository, tag, region)}:{tag}"


def check_tag(repository: str, tag: str, *, setting: str) -> None:
    """Raise ConfigError if ``tag`` is none of the pinned ones."""
    if tag not in TAGS[repository]:
        raise ConfigError(
            f"{setting}: {tag!r} is no pinned tag of {repository}; choose one of {', '.join(TAGS[repository])}, or add "
            "it to config/images.py."
        )


def check_instance_type(instance_type: str, tag: str, *, setting: str) -> None:
    """Raise ConfigError if the image ``tag`` cannot run, or would waste what is paid for, on ``instance_type``.

    The images are built for x86-64; ``gpu`` ones also start on a machine without one.
    """
    try:
        family, traits = family_and_traits(instance_type)
    except ValueError as error:
        raise ConfigError(f"{setting}: {error}") from None
    # A "g" after the generation is Graviton: m6g, c7gn, r8g. The first letter of g5 and g6 is a family of its own.
    if "g" in traits:
        raise ConfigError(
            f"{setting}: {instance_type!r} has an Arm processor (Graviton), and the image {tag} is built for x86-64; "
            "choose a type such as 'ml.c6i.xlarge'."
        )
    if family in _OWN_CHIPS:
        raise ConfigError(
            f"{setting}: {instance_type!r} needs an image compiled for Inferentia or Trainium; the image {tag} is not; "
            "choose a type such as 'ml.g5.xlarge'."
        )
    if has_gpu(instance_type) and "-cpu-" in tag:
        raise ConfigError(
            f"{setting}: {instance_type!r} has a GPU that the image {tag} cannot use; choose a type such as "
            "'ml.c6i.xlarge', or a GPU image."
        )
    if instance_type.startswith(_BEFORE_CUDA_13) and "-cu13" in tag:
        raise ConfigError(
            f"{setting}: {instance_type!r} has a GPU that CUDA 13 in the image {tag} no longer knows; choose a type "
            "such as 'ml.g5.xlarge'."
        )
