# The environment variable of the guide for a private endpoint.
# [region private]
export no_proxy=.cognitiveservices.azure.com
# [end private]
printf %s "$no_proxy"
