namespace Gaia.Publishing;

/// <summary>Something the user must change; the message is all there is to say.</summary>
internal sealed class PublishingException(string message) : Exception(message);
