"""Three months of synthetic CRM exports of a FinTech, assembled from hand-written building blocks.

Nothing in them comes from a real mail, person, firm or security. The same seed and number of mails give the same bytes.
"""

from local.sample.errors import SampleError
from local.sample.write import MonthFolder, SampleFolder, make_sample

__all__ = ["MonthFolder", "SampleError", "SampleFolder", "make_sample"]
