"""All that the parts of one mail share: who writes, when, how, and one value per slot."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from local.sample.families import Texts
from local.sample.furniture import Furniture
from local.sample.noise import Pen
from local.sample.persona import Persona
from local.sample.plan import MailPlan
from local.sample.slots import Agent, Phrases
from local.sample.values import deadline


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """One mail's setting. ``values`` fill the building blocks' slots; ``agent`` is who wrote before, if anybody did."""

    plan: MailPlan
    persona: Persona
    pen: Pen
    rng: random.Random
    furniture: Furniture
    phrases: Phrases
    values: Mapping[str, str]
    agent: Agent

    @property
    def texts(self) -> Texts:
        """The family's texts in the mail's language."""
        return self.plan.family.texts[self.plan.language]

    @property
    def is_casual(self) -> bool:
        """Whether the customer writes without capitals."""
        return self.texts.is_casual

    def say(self, template: str, **extra: str) -> str:
        """A building block or phrase, filled and spelt as the customer spells."""
        return self.pen.spell(template.format_map({**self.values, **extra}), self.rng)

    def furnish(self, template: str, **extra: str) -> str:
        """A text from the furniture, filled with the writer's own data."""
        return template.format_map({**self.values, **self._own, **extra})

    @property
    def _own(self) -> Mapping[str, str]:
        persona = self.persona
        return {
            "sender": persona.name,
            "first_name": persona.first_name,
            "last_name": persona.last_name,
            "street": persona.street,
            "city": persona.city,
            "email": persona.email,
            "phone": persona.phone,
            "employer": persona.employer,
            "employer_domain": persona.employer_domain,
            "agent": self.agent.name,
            "date": deadline(self.rng, self.plan.received, persona.language),
        }
