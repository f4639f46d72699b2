"""The dashboard's own words: a row is one question, the most urgent first."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, aws_cloudwatch
from constructs import Construct

_COLUMNS = 24
_HEIGHT = 6

# AWS counts the bill of all regions in this one.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_cloudwatch.html
_BILLING_REGION = "us-east-1"


class Dashboard(aws_cloudwatch.Dashboard):
    """The dashboard ``name``, with all ``alarms`` on top."""

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, alarms: Sequence[aws_cloudwatch.IAlarm]
    ) -> None:
        super().__init__(scope, construct_id, dashboard_name=name, default_interval=Duration.days(1))
        self.add_widgets(
            aws_cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=_COLUMNS, height=4)
        )

    def row(self, graphs: Mapping[str, Sequence[aws_cloudwatch.IMetric]], *, stacked: Sequence[str] = ()) -> None:
        """Add graphs of one width, title to metrics; those of the titles ``stacked`` pile their metrics up."""
        width = _COLUMNS // len(graphs)
        self.add_widgets(
            *(
                aws_cloudwatch.GraphWidget(
                    title=title,
                    left=list(metrics),
                    width=width,
                    height=_HEIGHT,
                    stacked=title in stacked,
                    left_y_axis=aws_cloudwatch.YAxisProps(min=0, show_units=False),
                )
                for title, metrics in graphs.items()
            )
        )


def cost() -> aws_cloudwatch.Metric:
    """What the account's month has cost so far, in US dollars."""
    return aws_cloudwatch.Metric(
        namespace="AWS/Billing",
        metric_name="EstimatedCharges",
        dimensions_map={"Currency": "USD"},
        statistic="Maximum",
        period=Duration.hours(6),
        region=_BILLING_REGION,
        label="this month so far",
    )
