# The setting of the guide for a private endpoint, as a shell reads it.
# [region private]
export no_proxy=.cognitiveservices.azure.com
# [end private]
printf %s "$no_proxy"
