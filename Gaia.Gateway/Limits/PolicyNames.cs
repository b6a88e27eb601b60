namespace Gaia.Gateway.Limits;

/// <summary>The names of the policies, as configuration, headers and metrics have them.</summary>
internal static class PolicyNames
{
    /// <summary>By address, for whoever shows no valid credential.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>By user.</summary>
    public const string Authenticated = "authenticated";

    /// <summary>By API key, for those that have a limit of their own, and besides their owner's.</summary>
    public const string ApiKey = "api-key";

    public const string Login = "login";
    public const string Register = "register";
    public const string Refresh = "refresh";
    public const string Validate = "validate";
    public const string ApiKeyLogin = "api-key-login";
    public const string Chat = "chat";
    public const string Upload = "upload";

    /// <summary>By address: credentials that only Auth can verify, so that inventing them is not a way to its database.</summary>
    public const string Unknown = "unknown-credential";

    /// <summary>By address, counted on the node alone: credentials that are wrong at first sight must not cost Redis anything.</summary>
    public const string Malformed = "malformed-credential";
}
