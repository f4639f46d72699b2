"""CloudWatch's metric math, as far as the templates use it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""
