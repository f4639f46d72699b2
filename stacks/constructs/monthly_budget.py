"""What a month may cost."""

from aws_cdk import aws_budgets
from constructs import Construct

from config.environment import EnvironmentConfig


class MonthlyBudget(aws_budgets.CfnBudget):
    """``config.observability.monthly_budget_usd``; mail when 80 % are foreseen and when all of it is spent.

    The whole account's cost, since some of it carries no tag; where both environments share an account, the cost that
    carries this one's tag (to be activated once, in the billing console).
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: EnvironmentConfig) -> None:
        super().__init__(
            scope,
            construct_id,
            budget=self.BudgetDataProperty(
                budget_name=config.named("month"),
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=self.SpendProperty(amount=config.observability.monthly_budget_usd, unit="USD"),
                cost_filters={"TagKeyValue": [f"user:mailroom:environment${config.name}"]}
                if config.environment.single_account
                else None,
            ),
            notifications_with_subscribers=[
                self._warning(config, kind="FORECASTED", percent=80),
                self._warning(config, kind="ACTUAL", percent=100),
            ],
        )

    def _warning(
        self, config: EnvironmentConfig, *, kind: str, percent: int
    ) -> aws_budgets.CfnBudget.NotificationWithSubscribersProperty:
        return self.NotificationWithSubscribersProperty(
            notification=self.NotificationProperty(
                notification_type=kind,
                comparison_operator="GREATER_THAN",
                threshold=percent,
                threshold_type="PERCENTAGE",
            ),
            subscribers=[self.SubscriberProperty(subscription_type="EMAIL", address=config.observability.email)],
        )
