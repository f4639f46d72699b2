"""What a setting's value may be: whatever no account could run stops the synth, in one sentence that names it."""

from pathlib import Path

import pytest

from tests.support.environment_files import change, copy_environments, refusal

TRAINING_TAG = "2.9.0-transformers5.3.0-gpu-py312-cu130-ubuntu22.04"
CPU_TAG = "2.6.0-transformers5.5.3-cpu-py312-ubuntu22.04"
GPU_TAG = "2.6.0-transformers5.5.3-gpu-py312-cu124-ubuntu22.04"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_environments(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        # --- accounts ---
        (
            '"eu-central-1b"]',
            '"eu-central-1b", "eu-central-1b"]',
            "environment: availability_zones must name two different zones.",
        ),
        (
            "trusted_accounts = []",
            'trusted_accounts = ["*"]',
            "environment: trusted_accounts: '*' must be the twelve digits of an AWS account.",
        ),
        (
            "trusted_accounts = []",
            'trusted_accounts = ["111122223333"]',
            "environment: trusted_accounts: '111122223333' stands twice; take one out.",
        ),
        # --- network ---
        (
            'cidr = "10.40.0.0/20"',
            'cidr = "banana"',
            "network: cidr: 'banana' is no IPv4 network such as '10.40.0.0/20'.",
        ),
        (
            'cidr = "10.40.0.0/20"',
            'cidr = "10.40.0.1/20"',
            "network: cidr: '10.40.0.1/20' is no IPv4 network such as '10.40.0.0/20'.",
        ),
        (
            'cidr = "10.40.0.0/20"',
            'cidr = "10.0.0.0/8"',
            "network: cidr: '10.0.0.0/8' must be between a /16, the widest that a VPC can be, and a /23, into which "
            "its two subnets fit.",
        ),
        (
            'cidr = "10.40.0.0/20"',
            'cidr = "10.40.0.0/24"',
            "network: cidr: '10.40.0.0/24' must be between a /16, the widest that a VPC can be, and a /23, into which "
            "its two subnets fit.",
        ),
        (
            'cidr = "10.40.0.0/20"',
            'cidr = "8.8.0.0/16"',
            "network: cidr: '8.8.0.0/16' must lie in one of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16.",
        ),
        (
            'cidr = "10.40.0.0/20"',
            'cidr = "172.17.16.0/20"',
            "network: cidr: '172.17.16.0/20' overlaps 172.17.0.0/16, which SageMaker uses itself; choose another.",
        ),
        (
            'cidr = "10.40.0.0/20"',
            'cidr = "10.41.8.0/21"',
            "network.cidr: 10.41.8.0/21 overlaps 10.41.0.0/20 of prod.toml; a network joined to both could not "
            "tell them apart, so give each its own.",
        ),
        (
            "flow_log_days = 30",
            "flow_log_days = 31",
            "network: flow_log_days: CloudWatch Logs offers no retention of 31 days; the nearest is 30.",
        ),
        # --- data ---
        ("export_days = 36500", "export_days = 0", "data: export_days must lie between 1 and 36500, not 0."),
        ("dataset_days = 180", "dataset_days = -1", "data: dataset_days must lie between 1 and 36500, not -1."),
        ("superseded_days = 30", "superseded_days = 0", "data: superseded_days must lie between 1 and 36500, not 0."),
        ("access_log_days = 90", "access_log_days = 0", "data: access_log_days must lie between 1 and 36500, not 0."),
        (
            "ledger_days = 180",
            "ledger_days = 99999",
            "data: ledger_days must lie between 1 and 36500, not 99999.",
        ),
        # --- training ---
        (
            'export_month = "2026-02"',
            'export_month = "2026-2"',
            "training: export_month: '2026-2' must be a month such as 2026-02, or previous.",
        ),
        (
            '"distilbert-base-german-cased"',
            '"s3://bucket/model"',
            "training: base_model: 's3://bucket/model' must be a model's name such as 'distilbert-base-uncased'.",
        ),
        (
            TRAINING_TAG,
            "9.9.9-foo",
            f"training.image: '9.9.9-foo' is no pinned tag of huggingface-pytorch-training; choose one of "
            f"{TRAINING_TAG}, or add it to config/images.py.",
        ),
        (
            'instance_type = "ml.g4dn.xlarge"',
            'instance_type = "ml.t3.xlarge"',
            "training.instance_type: 'ml.t3.xlarge' computes on credit, which a training uses up; choose a type such "
            "as 'ml.m5.xlarge' or 'ml.g4dn.xlarge'.",
        ),
        (
            'processing_instance_type = "ml.m5.xlarge"',
            'processing_instance_type = "ml.m5.huge"',
            "training.processing_instance_type: 'ml.m5.huge' is no SageMaker instance type such as 'ml.m6i.xlarge'.",
        ),
        ("instance_count = 1", "instance_count = 0", "training: instance_count must lie between 1 and 20, not 0."),
        ("volume_gb = 50", "volume_gb = 0", "training: volume_gb must lie between 1 and 16384, not 0."),
        (
            "processing_volume_gb = 30",
            "processing_volume_gb = 16385",
            "training: processing_volume_gb must lie between 1 and 16384, not 16385.",
        ),
        ("max_hours = 4", "max_hours = 0", "training: max_hours must lie between 1 and 672, not 0."),
        (
            'tasks = ["line_of_business", "queue", "topic"]',
            "tasks = []",
            "training: tasks must name at least one task.",
        ),
        (
            '"queue", "topic"]',
            '"queue", "Topic!"]',
            "training: tasks: 'Topic!' must be a task's name in small letters, such as 'queue'.",
        ),
        (
            '"queue", "topic"]',
            '"queue", "topic", "queue"]',
            "training: tasks: 'queue' stands twice; take one out.",
        ),
        (
            ", topic = 0.3 }",
            " }",
            "training: minimum_scores must name exactly the tasks.",
        ),
        (
            "topic = 0.3",
            "topic = 1.3",
            "training: minimum_scores.topic must lie between 0 and 1, not 1.3.",
        ),
        (
            'epochs = "4"',
            'epochs = "many"',
            "training: hyperparameters: Hyperparameter epochs must be of type int.",
        ),
        (
            'max_tokens = "256"',
            'max_tokens = "4"',
            "training: hyperparameters: Hyperparameter max_tokens is 4; it must be from 8 to 8192.",
        ),
        (
            'epochs = "4"',
            'tasks = "queue"',
            "training: hyperparameters: the tasks are a setting of their own; set them under tasks.",
        ),
        (
            'epochs = "4"',
            'overrides = "{}"',
            "training: hyperparameters: overrides belong to a run; set the hyperparameters themselves.",
        ),
        # --- inference ---
        (
            CPU_TAG,
            "9.9.9-cpu-foo",
            "inference.image: '9.9.9-cpu-foo' is no pinned tag of huggingface-pytorch-inference; choose one of "
            f"{CPU_TAG}, {GPU_TAG}, or add it to config/images.py.",
        ),
        (
            '"ml.c6i.large"',
            '"ml.c6i.bogus"',
            "inference.real_time.instance_type: 'ml.c6i.bogus' is no SageMaker instance type such as 'ml.m6i.xlarge'.",
        ),
        (
            '"ml.c6i.large"',
            '"ml.t2.large"',
            "inference.real_time.instance_type: SageMaker does not scale 'ml.t2.large', which computes on credit; "
            "choose a type such as 'ml.c6i.large', or set maximum_instances to minimum_instances.",
        ),
        (
            "minimum_instances = 1",
            "minimum_instances = 0",
            "inference, real_time: minimum_instances must lie between 1 and 100, not 0.",
        ),
        (
            "maximum_instances = 2",
            "maximum_instances = 101",
            "inference, real_time: maximum_instances must lie between 1 and 100, not 101.",
        ),
        (
            "invocations_per_instance_minute = 120",
            "invocations_per_instance_minute = 0",
            "inference, real_time: invocations_per_instance_minute must be 1 or more, not 0.",
        ),
        (
            "bake_minutes = 10",
            "bake_minutes = 61",
            "inference, real_time: bake_minutes must lie between 0 and 60, not 61.",
        ),
        (
            "bake_minutes = 10",
            "bake_minutes = -1",
            "inference, real_time: bake_minutes must lie between 0 and 60, not -1.",
        ),
        (
            "data_capture_percent = 0",
            "data_capture_percent = 101",
            "inference: data_capture_percent must lie between 0 and 100, not 101.",
        ),
        # --- API ---
        (
            'clients = ["crm-sandbox"]',
            'clients = ["CRM / sandbox"]',
            "api: clients: 'CRM / sandbox' must be a name of at most 40 small letters, digits and single hyphens.",
        ),
        ("requests_per_day = 20000", "requests_per_day = 0", "api: requests_per_day must be 1 or more, not 0."),
        (
            "waf_requests_per_5_minutes = 3000",
            "waf_requests_per_5_minutes = 9",
            "api: waf_requests_per_5_minutes must lie between 10 and 2000000000, not 9.",
        ),
        ("memory_mb = 512", "memory_mb = 64", "api: memory_mb must lie between 128 and 10240, not 64."),
        (
            "deadline_seconds = 8.0",
            "deadline_seconds = 30",
            "api: deadline_seconds must lie between 0.5 and 25, not 30.",
        ),
        ("audit_share = 0.02", "audit_share = 1.02", "api: audit_share must lie between 0 and 1, not 1.02."),
        (
            "{ rate = 10, burst = 20 }",
            "{ rate = 0, burst = 20 }",
            "api, throttles.POST /v1/classifications: rate must be 1 or more, not 0.",
        ),
        (
            "{ rate = 10, burst = 20 }",
            "{ rate = 10, burst = 0 }",
            "api, throttles.POST /v1/classifications: burst must be 1 or more, not 0.",
        ),
        ("feedback = 5\n", "feedback = 0\n", "api: concurrency.feedback must be 1 or more, not 0."),
        # --- orchestration ---
        (
            "cron(0 3 2 * ? *)",
            "cron(0 24 2 * ? *)",
            "orchestration: schedule: 'cron(0 24 2 * ? *)' must be of the form 'cron(MINUTE HOUR DAY MONTH ? *)' with "
            "plain numbers, such as 'cron(0 3 2 * ? *)'.",
        ),
        (
            "cron(0 3 2 * ? *)",
            "rate(1 day)",
            "orchestration: schedule: 'rate(1 day)' must be of the form 'cron(MINUTE HOUR DAY MONTH ? *)' with plain "
            "numbers, such as 'cron(0 3 2 * ? *)'.",
        ),
        # --- observability ---
        (
            '"mailroom-dev@example.com"',
            '"mailroom"',
            "observability: email: 'mailroom' must be an address such as 'team@example.com'.",
        ),
        (
            "monthly_budget_usd = 500",
            "monthly_budget_usd = 0",
            "observability: monthly_budget_usd must be 1 or more, not 0.",
        ),
        ("error_share = 0.05", "error_share = 0", "observability: error_share must be above 0 and at most 1, not 0."),
        (
            "item_error_share = 0.1 ",
            "item_error_share = 1.1 ",
            "observability: item_error_share must be above 0 and at most 1, not 1.1.",
        ),
        (
            "label_mix_jump = 0.4 ",
            "label_mix_jump = 0.1 ",
            "observability: label_mix_jump must lie between 0.25 and 0.95, not 0.1.",
        ),
        (
            "low_confidence_share = 0.6",
            "low_confidence_share = 60",
            "observability: low_confidence_share must be above 0 and at most 1, not 60.",
        ),
        (
            "model_latency_ms = 4000",
            "model_latency_ms = 60001",
            "observability: model_latency_ms must lie between 1 and 60000, not 60001.",
        ),
        (
            "api_latency_ms = 8000",
            "api_latency_ms = 0",
            "observability: api_latency_ms must lie between 1 and 29000, not 0.",
        ),
        # --- people and CI ---
        (
            '"arn:aws:iam::111122223333:role/sign-in/audit"',
            '"*"',
            "people: auditors: '*' is not the ARN of one role or user; write it out, without wildcards.",
        ),
        (
            "arn:aws:iam::111122223333:role/sign-in/audit",
            "arn:aws:iam::999988887777:role/audit",
            "people.auditors: 'arn:aws:iam::999988887777:role/audit' belongs to the account 999988887777, not "
            "111122223333; name a role of this environment's account, or add the other to "
            "environment.trusted_accounts.",
        ),
        ("trail_days = 365", "trail_days = 0", "people: trail_days must lie between 1 and 36500, not 0."),
        (
            "arn:aws:iam::111122223333:role/jenkins/develop",
            "*",
            "ci: jenkins: '*' is not the ARN of one role; write it out, without wildcards.",
        ),
        (
            "arn:aws:iam::111122223333:role/jenkins/develop",
            "arn:aws:iam::111122223333:user/jenkins",
            "ci: jenkins: 'arn:aws:iam::111122223333:user/jenkins' is not the ARN of one role; write it out, without "
            "wildcards.",
        ),
        (
            "arn:aws:iam::111122223333:role/jenkins/develop",
            "arn:aws:iam::999988887777:role/jenkins",
            "ci.jenkins: 'arn:aws:iam::999988887777:role/jenkins' belongs to the account 999988887777, not "
            "111122223333; name a role of this environment's account, or add the other to "
            "environment.trusted_accounts.",
        ),
        (
            'external_id = "mailroom-develop"',
            'external_id = ""',
            "ci: external_id: '' must be 2 to 1224 letters, digits or characters of + = , . @ : / - _.",
        ),
    ],
)
def test_a_value_that_cannot_be_is_said_in_one_sentence(folder: Path, old: str, new: str, sentence: str):
    change(folder, (old, new))
    assert refusal(folder) == f"dev.toml, {sentence}"
