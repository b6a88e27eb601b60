using Gaia.Messaging;

namespace Gaia.Chat.Usage;

/// <summary>Signals that this node has recorded usage.</summary>
internal sealed class UsageSignal : AsyncAutoResetEvent;
