"""Groups, blocs and people of public life: names that the gazetteer of countries lacks."""

#: Forms of armed groups, blocs, organisations and states of the past, the name first; after a
#: colon the country that it is a body of, where it is one.
GROUPS = """
Hamas
Hezbollah, Hizbollah, Hizbullah, Hezbullah
Palestinian Islamic Jihad, Islamic Jihad
Palestinian Authority: Palestine
PLO, Palestine Liberation Organization, Palestine Liberation Organisation: Palestine
Fatah
Taliban, Taleban
Islamic State, ISIS, ISIL, Daesh, Islamic State group
al-Qaeda, Al-Qaeda, Al Qaeda, al Qaeda, Al-Qaida, al-Qaida, Al Qaida
al-Shabaab, Al-Shabaab, Al Shabaab, al Shabaab
Boko Haram
Houthis, Houthi, Ansar Allah
Wagner Group, Wagner
PKK, Kurdistan Workers Party
YPG
Syrian Democratic Forces, SDF
FARC
TPLF, Tigray People's Liberation Front
Rapid Support Forces, RSF
M23
Lord's Resistance Army
Muslim Brotherhood
Kata'ib Hezbollah, Kataib Hezbollah
Contras, contras
Sandinistas, Sandinista
Tamil Tigers, LTTE
IRA, Irish Republican Army
ETA
Kurds
Uyghurs, Uighurs
Rohingya
Chinese Communist Party, Communist Party of China, CCP: China
NATO, Nato
European Union, EU, E.U.
European Community, EC, European Economic Community, EEC
United Nations, UN, U.N., U.N
Security Council, UN Security Council, U.N. Security Council
UNRWA
UNIFIL
IAEA, International Atomic Energy Agency
World Health Organization, World Health Organisation
International Criminal Court, ICC
International Court of Justice, ICJ
African Union, AU
Arab League
OPEC
ASEAN
ECOWAS
OSCE
OAS, Organization of American States
GATT
Europe, Europeans
International Monetary Fund, IMF
World Bank
G7, G-7
West
Soviet Union, USSR, U.S.S.R., Soviet, Soviets: Soviet Union
West Germany, West German, West Germans: West Germany
East Germany, East German, East Germans: East Germany
Czechoslovakia, Czechoslovak: Czechoslovakia
Yugoslavia, Yugoslav, Yugoslavs: Yugoslavia
Islamic Republic: Iran
Zionist regime, Zionist entity, Zionists, Zionist: Israel
Jewish state, Jewish State: Israel
"""
#: Surnames that name one person of public life, by the country whose side that person is on.
_LEADERS = {
    "Russia": "putin lavrov peskov medvedev shoigu zakharova ryabkov patrushev gerasimov yeltsin",
    "Ukraine": "zelensky zelenskyy zelenskiy poroshenko yanukovych kuleba reznikov zaluzhny yermak",
    "United States": "biden trump obama clinton reagan blinken pompeo kerry bolton pence mattis "
    "tillerson rumsfeld cheney kissinger shultz weinberger haley yeutter psaki nuland hegseth "
    "rubio witkoff rostenkowski gephardt mcconnell pelosi schumer",
    "Israel": "netanyahu gallant gantz lapid lieberman olmert sharon peres rabin ben-gvir smotrich",
    "Turkey": "erdogan erdoğan cavusoglu fidan akar",
    "Iran": "khamenei rouhani raisi zarif ahmadinejad khomeini araghchi soleimani pezeshkian",
    "Syria": "assad al-assad",
    "Iraq": "saddam",
    "Palestine": "abbas arafat",
    "France": "macron sarkozy hollande chirac mitterrand",
    "Germany": "merkel scholz merz baerbock steinmeier",
    "United Kingdom": "thatcher blair starmer sunak lammy",
    "Belarus": "lukashenko lukashenka",
    "Venezuela": "maduro chavez chávez guaido",
    "China": "xi jinping",
    "India": "modi jaishankar",
    "Egypt": "mubarak morsi sisi el-sisi",
    "Libya": "gaddafi qaddafi gadhafi khadafy haftar",
    "Soviet Union": "gorbachev brezhnev",
    "Nicaragua": "ortega",
    "Japan": "nakasone abe kishida",
    "Hungary": "orban orbán",
    "Serbia": "vucic milosevic",
}
#: The same for those whose surnames many bear.
_FULL_NAMES = {
    "China": "Mao Ning, Hua Chunying, Zhao Lijian, Wang Wenbin, Wang Yi, Qin Gang, Li Keqiang, "
    "Li Qiang, Hu Jintao, Geng Shuang, Lu Kang, Lin Jian, Deng Xiaoping",
    "North Korea": "Kim Jong Un, Kim Jong-un, Kim Yo Jong, Kim Yo-jong, Kim Jong Il, Choe Son Hui",
    "South Korea": "Moon Jae-in, Yoon Suk Yeol, Park Geun-hye, Lee Jae-myung",
    "Taiwan": "Tsai Ing-wen, Lai Ching-te, Joseph Wu, Ma Ying-jeou",
    "United States": "Ned Price, John Kirby, Jake Sullivan, Lloyd Austin, Mark Milley, Wendy "
    "Sherman, James Baker, Matthew Miller, Jalina Porter, George Bush, Linda Thomas-Greenfield",
    "Israel": "Ehud Barak, Benny Gantz, Daniel Hagari",
    "United Kingdom": "Boris Johnson, Theresa May, David Cameron, Liz Truss",
}
LEADER = {name: land for land, names in _LEADERS.items() for name in names.split()} | {
    name.strip().lower(): land for land, names in _FULL_NAMES.items() for name in names.split(",")
}
