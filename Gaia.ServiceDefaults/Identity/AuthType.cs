using System.Text.Json.Serialization;

namespace Gaia;

/// <summary>What a caller proved who it is with.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AuthType>))]
public enum AuthType
{
    [JsonStringEnumMemberName("none")]
    None,

    [JsonStringEnumMemberName("jwt")]
    Jwt,

    [JsonStringEnumMemberName("api_key")]
    ApiKey,
}
